/**
 * Generators of kernels: values from which functions of one pointer, to a block of arguments, are
 * made for a width of vectors. They know nothing of programs or of the machine at hand.
 */
package dev.vitrine.engine.gen;
