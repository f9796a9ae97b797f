package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Dot;
import dev.vitrine.engine.gen.QuantizedGemm;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A constant matrix of bytes and its columns' numbers, laid out for a {@link QuantizedGemm}. */
final class BytePanels {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int width;
  private final int groups;
  private final Dot dot;
  private final MemorySegment weights;
  private final MemorySegment columns;

  /**
   * @param width the columns of a panel
   */
  BytePanels(Step.QuantizedProduct s, int width, Dot dot, Constants constants) {
    int depth = Math.toIntExact(s.weight().size(0));
    int n = Math.toIntExact(s.weight().size(1));
    this.width = width;
    this.dot = dot;
    groups = Math.ceilDiv(depth, QuantizedGemm.GROUP);
    int panels = Math.ceilDiv(n, width);
    weights = constants.allocate(Math.multiplyExact(panels, panelBytes()));
    columns = constants.allocate(Math.multiplyExact(panels, columnBytes()));
    View w = s.weight();
    MemorySegment from = constants.tensor(w).data();
    for (int c = 0; c < n; c++) {
      int sum = 0;
      for (int k = 0; k < depth; k++) {
        byte x = from.get(JAVA_BYTE, w.offset() + k * w.stride(0) + c * w.stride(1));
        sum += x;
        store(c, k, x);
      }
      long at = (long) c / width * columnBytes() + (long) c % width * Integer.BYTES;
      columns.set(INT, at, -sum);
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

  private void store(int column, int row, byte x) {
    long place = (long) column / width * panelBytes();
    int inPanel = column % width;
    int group = row / QuantizedGemm.GROUP;
    int inGroup = row % QuantizedGemm.GROUP;
    if (dot == Dot.WORDS) {
      long pair = (long) group * 2 + inGroup % 2;
      weights.set(SHORT, place + (pair * width + inPanel) * 4 + inGroup / 2 * 2L, x);
    } else {
      weights.set(JAVA_BYTE, place + ((long) group * width + inPanel) * 4 + inGroup, x);
    }
  }

  int groups() {
    return groups;
  }

  long panelBytes() {
    return (long) groups * width * dot.groupBytes();
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
