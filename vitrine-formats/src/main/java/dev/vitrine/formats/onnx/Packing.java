package dev.vitrine.formats.onnx;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * ONNX's storage of elements of two and four bits: as many to a byte as there is room for, the
 * first in the lowest bits, with zeros after the last. Wider elements are stored as they are.
 */
final class Packing {
  private Packing() {}

  /** The bytes that ONNX stores a static tensor in. */
  static long bytes(TensorType t) {
    int each = perByte(t.dtype());
    return each == 1 ? t.bytes() : Math.ceilDiv(t.shape().count(), (long) each);
  }

  /**
   * The tensor of stored elements, which are {@link #bytes} long; a view of them where it can be.
   */
  static Tensor unpacked(TensorType t, MemorySegment stored) {
    int each = perByte(t.dtype());
    if (each == 1) {
      return Tensor.of(t.dtype(), t.shape(), stored);
    }
    int bits = t.dtype().bits();
    int above = Integer.SIZE - bits;
    boolean signed = t.dtype().isInteger() && !t.dtype().isUnsigned();
    Tensor out = Tensor.zeros(t);
    long n = out.count();
    for (long i = 0; i < n; i++) {
      int high = stored.get(ValueLayout.JAVA_BYTE, i / each) << above - bits * (int) (i % each);
      out.data().set(ValueLayout.JAVA_BYTE, i, (byte) (signed ? high >> above : high >>> above));
    }
    return out;
  }

  /** The elements as ONNX stores them; the tensor's memory where it can be. */
  static MemorySegment packed(Tensor t) {
    int each = perByte(t.dtype());
    if (each == 1) {
      return t.data();
    }
    int bits = t.dtype().bits();
    MemorySegment out = Tensor.zeros(DType.U8, Shape.of(bytes(t.type()))).data();
    for (long i = 0; i < t.count(); i++) {
      int code = t.data().get(ValueLayout.JAVA_BYTE, i) & (1 << bits) - 1;
      byte before = out.get(ValueLayout.JAVA_BYTE, i / each);
      out.set(ValueLayout.JAVA_BYTE, i / each, (byte) (before | code << bits * (int) (i % each)));
    }
    return out;
  }

  private static int perByte(DType t) {
    return Math.max(1, Byte.SIZE / t.bits());
  }
}
