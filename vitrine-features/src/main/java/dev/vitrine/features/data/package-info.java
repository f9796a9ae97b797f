/** Pictures with classes, in the forms that data sets are published in. */
package dev.vitrine.features.data;
