/**
 * Vectors of pictures in a file that is added to: {@link dev.vitrine.features.store.VectorLog}. It
 * is whole whenever the process that writes it ends.
 */
package dev.vitrine.features.store;
