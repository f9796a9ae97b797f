package dev.vitrine.compiler.plan;

import dev.vitrine.graph.Tensor;
import java.util.function.Supplier;

/**
 * A run of memory: a part of the arena, or a constant.
 *
 * @param name of the value that it holds first
 * @param bytes its length
 * @param offset in the arena, a multiple of {@link Program#ALIGNMENT}; −1 for a constant
 * @param content gives a constant's elements; null for a part of the arena
 */
public record Buffer(String name, long bytes, long offset, Supplier<Tensor> content) {
  /** A part of the arena. */
  public static Buffer part(String name, long bytes, long offset) {
    return new Buffer(name, bytes, offset, null);
  }

  public static Buffer constant(String name, Tensor t) {
    return new Buffer(name, t.data().byteSize(), -1, () -> t);
  }

  public boolean isConstant() {
    return content != null;
  }

  /** The elements of a constant; null for a part of the arena. */
  public Tensor constant() {
    return content == null ? null : content.get();
  }
}
