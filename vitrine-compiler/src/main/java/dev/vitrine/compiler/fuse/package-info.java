/** Fusion of a simplified graph into what the engine has kernels for. */
package dev.vitrine.compiler.fuse;
