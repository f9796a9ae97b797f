/** Vitrine beside ONNX Runtime, and its kernels alone: for developers, never shipped. */
package dev.vitrine.bench;
