/** Which parts of two pictures belong together, by their patches. */
package dev.vitrine.features.match;
