/** Portable simplification, ONNX in and ONNX out. */
package dev.vitrine.compiler.simplify;
