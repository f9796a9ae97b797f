package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Dot;
import dev.vitrine.engine.gen.QuantizedGemm;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.PackedBytes;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A constant matrix of bytes and its columns' numbers, laid out for a {@link QuantizedGemm}. */
final class BytePanels {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int width;
  private final PackedBytes packing;
  private final MemorySegment weights;
  private final MemorySegment columns;

  /**
   * @param width the columns of a panel
   */
  BytePanels(Step.QuantizedProduct s, int width, Dot dot, Constants constants) {
    this.width = width;
    packing = new PackedBytes(s.weight(), width, dot == Dot.WORDS);
    weights = constants.packed(packing);
    columns = constants.allocate(Math.multiplyExact(packing.panels(), columnBytes()));
    for (int c = 0; c < s.weight().size(1); c++) {
      long at = (long) c / width * columnBytes() + (long) c % width * Integer.BYTES;
      columns.set(INT, at, -weights.get(INT, packing.sum(c)));
      columns.set(FLOAT, at + numbersBytes(), number(s.weightScale(), c, constants));
      if (s.bias() != null) {
        columns.set(FLOAT, at + 2 * numbersBytes(), number(s.bias(), c, constants));
      }
    }
  }

  private static float number(View v, int i, Constants constants) {
    Tensor t = constants.tensor(v);
    return (float) t.real(v.offset() + i * v.stride(0));
  }

  int groups() {
    return packing.groups();
  }

  long panelBytes() {
    return packing.panelBytes();
  }

  private long numbersBytes() {
    return (long) width * Integer.BYTES;
  }

  private long columnBytes() {
    return QuantizedGemm.COLUMN_NUMBERS * numbersBytes();
  }

  long weights(int panel) {
    return weights.address() + panel * panelBytes();
  }

  long columns(int panel) {
    return columns.address() + panel * columnBytes();
  }
}
