package dev.vitrine.compiler.plan;

import dev.vitrine.graph.Tensor;

/**
 * A run of memory: a part of the arena, or a constant.
 *
 * @param name of the value that it holds first
 * @param bytes its length
 * @param offset in the arena, a multiple of {@link Program#ALIGNMENT}; −1 for a constant
 * @param constant the contents; null for a part of the arena
 */
public record Buffer(String name, long bytes, long offset, Tensor constant) {
  public boolean isConstant() {
    return constant != null;
  }
}
