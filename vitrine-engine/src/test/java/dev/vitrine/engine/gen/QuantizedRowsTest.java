package dev.vitrine.engine.gen;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.op.QuantizeLinear;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QuantizedRowsTest {
  private static final float SCALE = 0.03f;
  private static final int SHIFT = 100;

  static Stream<Arguments> cases() {
    List<Arguments> out = new ArrayList<>();
    for (Width width : Width.values()) {
      for (Grade grade : Grade.values()) {
        for (int n : new int[] {16, 17, 31, 32, 64, 65, 133}) {
          out.add(Arguments.of(new QuantizedRows(width, grade, false), n));
          if (grade == Grade.W8A8) {
            out.add(Arguments.of(new QuantizedRows(width, grade, true), n));
          }
        }
      }
    }
    return out.stream();
  }

  /** Bit by bit as the operation's own evaluation. */
  @ParameterizedTest
  @MethodSource("cases")
  void asTheOperation(QuantizedRows kernel, int n) {
    Random random = new Random(n);
    float[][] rows = rows(n, random);
    try (Trial trial = new Trial()) {
      var in = trial.grid(rows.length, n, n + 3);
      int stride = n + 5;
      MemorySegment codes = trial.bytes((rows.length - 1L) * stride + n);
      MemorySegment zero = trial.bytes(rows.length);
      var scale = trial.grid(1, rows.length, rows.length);
      Tensor x = Tensor.zeros(DType.F32, Shape.of(rows.length, n));
      for (int r = 0; r < rows.length; r++) {
        for (int c = 0; c < n; c++) {
          in.set(r, c, rows[r][c]);
          x.set((long) r * n + c, rows[r][c]);
        }
        for (int c = n; c < stride && r + 1 < rows.length; c++) {
          codes.set(JAVA_BYTE, (long) r * stride + c, (byte) 77);
        }
      }
      trial.set(RowArg.IN, in.address());
      trial.set(RowArg.IN_STRIDE, in.strideBytes());
      trial.set(RowArg.OUT, codes.address());
      trial.set(RowArg.OUT_STRIDE, stride);
      trial.set(RowArg.ROWS, rows.length);
      trial.set(RowArg.COLUMNS, n);
      trial.set(RowArg.SCALE, kernel.given() ? Float.floatToRawIntBits(SCALE) : scale.address());
      trial.set(RowArg.ZERO, kernel.given() ? SHIFT : zero.address());
      trial.run(kernel);
      List<Tensor> expected =
          kernel.given()
              ? new QuantizeLinear(1, 0, null, null, true)
                  .evaluate(Inputs.of(x, Tensor.scalar(SCALE), Tensor.scalar(DType.U8, SHIFT)))
              : new QuantizeRows(kernel.grade()).evaluate(Inputs.of(x));
      for (int r = 0; r < rows.length; r++) {
        String what = kernel.name() + " of " + n + " row " + r;
        for (int c = 0; c < n; c++) {
          assertThat(codes.get(JAVA_BYTE, (long) r * stride + c) & 255)
              .as("%s at %d", what, c)
              .isEqualTo((int) expected.get(0).integer((long) r * n + c));
        }
        for (int c = n; c < stride && r + 1 < rows.length; c++) {
          assertThat(codes.get(JAVA_BYTE, (long) r * stride + c)).as(what).isEqualTo((byte) 77);
        }
        if (kernel.given()) {
          continue;
        }
        assertThat(scale.get(0, r)).as(what).isEqualTo((float) expected.get(1).real(r));
        assertThat(zero.get(JAVA_BYTE, r) & 255)
            .as(what)
            .isEqualTo((int) expected.get(2).integer(r));
      }
    }
  }

  /** Of both signs, of one, nothing but 0, next to nothing, halves, and huge ones. */
  private static float[][] rows(int n, Random random) {
    float[][] rows = new float[9][n];
    for (int c = 0; c < n; c++) {
      rows[0][c] = (float) random.nextGaussian();
      rows[1][c] = 3 + random.nextFloat();
      rows[2][c] = -random.nextFloat() * 40;
      rows[4][c] = 1e-40f;
      rows[5][c] = (c % 256) * 0.5f;
      rows[6][c] = (c % 2 == 0 ? 1 : -1) * 1e30f * random.nextFloat();
      rows[7][c] = c == n - 1 ? 1 : 0;
      rows[8][c] = c == 0 ? -1e-3f : -0f;
    }
    return rows;
  }
}
