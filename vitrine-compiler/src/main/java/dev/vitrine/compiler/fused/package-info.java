/**
 * Operations that the engine has kernels for and ONNX has not: what fusion makes of the portable
 * graph. They obey the same contract as any {@link dev.vitrine.graph.Op}; their plain evaluation is
 * the oracle of the kernels.
 */
package dev.vitrine.compiler.fused;
