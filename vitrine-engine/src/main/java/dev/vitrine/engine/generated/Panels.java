package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Packing;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Constant matrices in panels of columns, and other constants in the forms that routines want. */
final class Panels {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment memory;
  private final int matrices;
  private final long matrixBytes;
  private final long panelBytes;

  private Panels(Packing.Panels packing, Constants constants) {
    memory = constants.packed(packing);
    matrices = packing.matrices();
    panelBytes = packing.panelBytes();
    matrixBytes = packing.panels() * panelBytes;
  }

  /** Panels of a constant view; see {@link Packing.Panels}. */
  static Panels of(View matrices, int matrixAxes, int width, Constants constants) {
    return new Panels(new Packing.Panels(matrices, matrixAxes, width), constants);
  }

  /** A constant vector, filled up with zeros to whole panels. */
  static MemorySegment vector(View v, int width, Constants constants) {
    int n = Math.toIntExact(v.count());
    MemorySegment out = constants.allocate((long) Math.ceilDiv(n, width) * width * Float.BYTES);
    Tensor t = constants.tensor(v);
    if (t.dtype() == DType.F32 && (n < 2 || v.stride(-1) == 1)) {
      MemorySegment.copy(t.data(), v.offset() * Float.BYTES, out, 0, (long) n * Float.BYTES);
      return out;
    }
    for (int i = 0; i < n; i++) {
      out.setAtIndex(FLOAT, i, (float) t.real(v.offset() + i * v.stride(-1)));
    }
    return out;
  }

  /** One number, to be pointed to. */
  static MemorySegment number(float value, Constants constants) {
    MemorySegment out = constants.allocate(Float.BYTES);
    out.set(FLOAT, 0, value);
    return out;
  }

  int matrices() {
    return matrices;
  }

  long address(int matrix, int panel) {
    return memory.address() + matrix * matrixBytes + panel * panelBytes;
  }
}
