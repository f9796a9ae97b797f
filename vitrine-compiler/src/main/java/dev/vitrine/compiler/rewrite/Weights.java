package dev.vitrine.compiler.rewrite;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Transpose;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Arithmetic on constants, computed in double and rounded once to the first operand's type. */
public final class Weights {
  private static final long ON_HEAP = 1 << 20;
  private static final int CHUNK = 1 << 12;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Weights() {}

  /** A fresh tensor; a large one lies outside the heap, whose size doesn't bound models. */
  private static Tensor allocate(TensorType type) {
    return type.bytes() <= ON_HEAP
        ? Tensor.zeros(type)
        : Tensor.of(type.dtype(), type.shape(), Arena.ofAuto().allocate(type.bytes()));
  }

  /** The tensor, or a copy of a large one from the heap to outside it. */
  static Tensor outsideHeap(Tensor t) {
    if (t.data().byteSize() <= ON_HEAP || t.data().heapBase().isEmpty()) {
      return t;
    }
    Tensor out = allocate(t.type());
    out.data().copyFrom(t.data());
    return out;
  }

  /**
   * A tensor times factors along one axis.
   *
   * @param by one factor, or one for each index of the axis, in any shape
   */
  public static Tensor scaled(Tensor t, int axis, Tensor by) {
    Tensor out = allocate(t.type());
    long n = by.count();
    long inner = n == 1 ? t.count() : t.shape().count(axis + 1, t.rank());
    if (t.dtype() == DType.F32) {
      scale(t.data(), out.data(), by.toFloats(), inner);
      return out;
    }
    for (long i = 0; i < t.count(); i++) {
      out.set(i, t.real(i) * by.real(i / inner % n));
    }
    return out;
  }

  /** The same for floats, whose product rounds as the product of doubles does. */
  private static void scale(MemorySegment from, MemorySegment to, float[] by, long inner) {
    long count = from.byteSize() / Float.BYTES;
    int length = (int) Math.min(count, inner == 1 ? by.length : Math.min(inner, CHUNK));
    float[] x = new float[length];
    for (long at = 0; at < count; at += length) {
      // A chunk is a row of factors, or lies within the run of one factor.
      if (inner > 1) {
        length = (int) Math.min(x.length, inner - at % inner);
      }
      float one = by[(int) (at / inner % by.length)];
      MemorySegment.copy(from, FLOAT, at * Float.BYTES, x, 0, length);
      for (int i = 0; i < length; i++) {
        x[i] *= inner == 1 ? by[i] : one;
      }
      MemorySegment.copy(x, 0, to, FLOAT, at * Float.BYTES, length);
    }
  }

  /** A tensor with its axes in another order: axis i of the result is axis {@code perm[i]}. */
  public static Tensor transposed(Tensor t, long... perm) {
    List<Long> order = Arrays.stream(perm).boxed().toList();
    return new Transpose(order).evaluate(Inputs.of(t)).getFirst();
  }

  /** Tensors one after the other along an axis. */
  public static Tensor joined(List<Tensor> parts, int axis) {
    return new Concat(axis).evaluate(Inputs.of(parts.toArray(Tensor[]::new))).getFirst();
  }

  /** A part of a tensor along an axis. */
  public static Tensor part(Tensor t, int axis, long from, long to) {
    return new Slice()
        .evaluate(Inputs.of(t, Tensor.ints(from), Tensor.ints(to), Tensor.ints(axis)))
        .getFirst();
  }

  /** The elements' reciprocals. */
  public static Tensor reciprocal(Tensor t) {
    Tensor out = Tensor.zeros(t.type());
    for (long i = 0; i < t.count(); i++) {
      out.set(i, 1 / t.real(i));
    }
    return out;
  }

  /** A vector with that many equal elements. */
  public static Tensor filled(DType dtype, long count, double value) {
    Tensor out = Tensor.zeros(dtype, Shape.of(count));
    for (long i = 0; i < count; i++) {
      out.set(i, value);
    }
    return out;
  }

  /** Whether every element is that number. */
  public static boolean isAll(Tensor t, double value) {
    for (long i = 0; i < t.count(); i++) {
      if (t.real(i) != value) {
        return false;
      }
    }
    return true;
  }

  /**
   * The axis of an operand's result along which a constant varies when it broadcasts to {@code to}:
   * −1 for a single number, −2 when it varies along several axes.
   */
  public static int axis(Shape constant, Shape to) {
    int found = -1;
    for (int i = 0; i < constant.rank(); i++) {
      if (!constant.dim(i).is(1)) {
        if (found != -1) {
          return -2;
        }
        found = i + to.rank() - constant.rank();
      }
    }
    return found;
  }
}
