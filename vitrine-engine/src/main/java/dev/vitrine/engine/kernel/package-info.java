/**
 * The seam between a program and a machine: a {@link dev.vitrine.engine.kernel.KernelSet} makes
 * kernels of steps.
 */
package dev.vitrine.engine.kernel;
