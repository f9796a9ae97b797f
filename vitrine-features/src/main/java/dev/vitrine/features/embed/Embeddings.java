package dev.vitrine.features.embed;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Vectors with the names of what they are of.
 *
 * @param names one for each row of the tensor
 * @param named whether these came with the vectors; else rows are called by their numbers
 * @param vectors f32 {@code [n, channels]}, of patches {@code [n, rows, columns, channels]}; off
 *     the heap or on it
 */
public record Embeddings(List<String> names, boolean named, Tensor vectors) {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public Embeddings {
    names = List.copyOf(names);
    if (vectors.dtype() != DType.F32 || vectors.rank() < 2 || vectors.size(0) != names.size()) {
      throw new VitrineException(names.size() + " names don't belong to " + vectors.type());
    }
  }

  /** Vectors with names. */
  public Embeddings(List<String> names, Tensor vectors) {
    this(names, true, vectors);
  }

  /** Vectors without names. */
  static Embeddings nameless(Tensor vectors) {
    List<String> rows = new ArrayList<>();
    for (long i = 0; i < vectors.size(0); i++) {
      rows.add("row " + i);
    }
    return new Embeddings(rows, false, vectors);
  }

  public int count() {
    return names.size();
  }

  /** The number of elements of a row. */
  public int length() {
    return Math.toIntExact(vectors.shape().count(1, vectors.rank()));
  }

  /** A copy of a row. */
  public float[] row(int index) {
    float[] out = new float[length()];
    MemorySegment.copy(vectors.data(), FLOAT, 4L * index * out.length, out, 0, out.length);
    return out;
  }

  /** The same vectors as a matrix {@code [n, length]}. */
  public Tensor matrix() {
    return vectors.reshape(Shape.of(count(), length()));
  }

  /**
   * Checks all numbers.
   *
   * @param file what the message names
   * @throws VitrineException naming the first row with an infinity or NaN
   */
  public Embeddings checked(String file) {
    for (int i = 0; i < count(); i++) {
      if (!Vectors.isFinite(row(i))) {
        throw new VitrineException(
            "%s: the features of %s hold NaN or infinity; make them again"
                .formatted(file, names.get(i)));
      }
    }
    return this;
  }
}
