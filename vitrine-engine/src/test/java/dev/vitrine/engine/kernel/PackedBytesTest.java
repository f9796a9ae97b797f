package dev.vitrine.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.plan.View;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedBytesTest {
  @ParameterizedTest
  @CsvSource({"8, 16, 8, false", "7, 17, 8, false", "1, 1, 16, true", "13, 40, 16, true"})
  void unpacksToWhatItWas(int rows, int columns, int width, boolean words) {
    Random random = new Random(rows);
    for (boolean turned : new boolean[] {false, true}) {
      Tensor t = Tensor.zeros(DType.I8, turned ? Shape.of(columns, rows) : Shape.of(rows, columns));
      for (long i = 0; i < t.count(); i++) {
        t.set(i, random.nextInt(255) - 127L);
      }
      List<Long> sizes =
          turned ? List.of((long) columns, (long) rows) : List.of((long) rows, (long) columns);
      View view = View.dense(0, DType.I8, sizes);
      PackedBytes packing =
          new PackedBytes(turned ? view.transpose(List.of(1, 0)) : view, width, words);
      assertThat(packing.isWhole(t.count())).isTrue();
      assertThat(packing.panelBytes() % (width * 4L)).isZero();
      MemorySegment packed = MemorySegment.ofArray(new int[Math.toIntExact(packing.bytes() / 4)]);
      packing.pack(t, packed);
      for (int c = 0; c < columns; c++) {
        int sum = 0;
        for (int k = 0; k < rows; k++) {
          sum += (int) t.integer(turned ? (long) c * rows + k : (long) k * columns + c);
        }
        assertThat(packed.get(ValueLayout.JAVA_INT_UNALIGNED, packing.sum(c))).isEqualTo(sum);
      }
      Tensor back = Tensor.zeros(DType.I8, t.shape());
      packing.unpack(packed, back);
      assertThat(back.sameAs(t)).as("%s turned %s", packing, turned).isTrue();
    }
  }
}
