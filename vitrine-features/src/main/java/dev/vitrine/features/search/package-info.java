/** Finding the pictures that are most like one: exactly, or by a graph of neighbours. */
package dev.vitrine.features.search;
