package dev.vitrine.engine.gen;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.engine.gen.Gemm.Arg;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuantizedGemmTest {
  /**
   * A kernel and sizes for it; the seed is the case's number.
   *
   * @param extreme all codes and weights are as large as they get
   */
  record Case(QuantizedGemm gemm, int m, int k, int n, boolean extreme, long seed) {
    @Override
    public String toString() {
      return gemm.name() + " " + m + "×" + k + "×" + n + (extreme ? " extreme" : "") + " " + seed;
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    Activation[] activations = Activation.values();
    for (Tile tile : Tile.values()) {
      for (Grade grade : Grade.values()) {
        for (boolean vnni : new boolean[] {false, true}) {
          Dot dot = QuantizedGemm.dot(grade, vnni);
          int rows = tile.rows();
          int n = tile.columns();
          var whole = new QuantizedGemm(tile, grade, dot, Activation.NONE, false, false);
          for (int m : new int[] {0, 1, rows - 1, rows, rows + 1, 2 * rows + 3}) {
            cases.add(new Case(whole, m, 1 + cases.size() % 13, n, false, cases.size()));
          }
          cases.add(new Case(whole, 2, 0, n, false, cases.size()));
          cases.add(new Case(whole, rows, 131, 2 * n, false, cases.size()));
          cases.add(new Case(whole, rows, 70, n, true, cases.size()));
          for (int columns : new int[] {1, tile.width().lanes(), n - 1, n + 1}) {
            Activation activation = activations[cases.size() % activations.length];
            var partial = new QuantizedGemm(tile, grade, dot, activation, true, true);
            cases.add(new Case(partial, rows + 2, 9, columns, false, cases.size()));
          }
        }
        if (tile.width() == Width.AVX512) {
          var sums = new QuantizedGemm(tile, grade, Dot.AMX, Activation.NONE, true, true);
          cases.add(new Case(sums, tile.rows() + 3, 21, tile.columns() + 5, false, cases.size()));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void multiplies(Case c) {
    Random random = new Random(c.seed);
    QuantizedGemm gemm = c.gemm;
    Grade grade = gemm.grade();
    int width = gemm.tile().columns();
    int panels = Math.ceilDiv(c.n, width);
    int groups = Math.ceilDiv(c.k, QuantizedGemm.GROUP);
    int depth = groups * QuantizedGemm.GROUP;
    int stride = depth + random.nextInt(3) * 5;
    boolean shared = c.seed % 3 == 0;
    try (Trial trial = new Trial()) {
      MemorySegment a = trial.bytes((long) Math.max(0, c.m - 1) * stride + depth);
      MemorySegment b = trial.bytes((long) panels * groups * width * gemm.dot().groupBytes());
      MemorySegment zero = trial.bytes(Math.max(1, c.m));
      var scale = trial.grid(1, Math.max(1, c.m), Math.max(1, c.m)).random(random, 2);
      var column = trial.grid(panels * QuantizedGemm.COLUMN_NUMBERS, width, width);
      column.random(random, 2);
      var residual = trial.grid(c.m, c.n, c.n + 3).random(random, 8);
      var out = trial.grid(c.m, c.n, c.n + random.nextInt(3));
      // What lies behind a row's end counts for nothing.
      for (long i = 0; i < a.byteSize(); i++) {
        int code = c.extreme ? grade.levels() : random.nextInt(grade.levels() + 1);
        a.set(JAVA_BYTE, i, (byte) code);
      }
      for (int m = 0; m < c.m; m++) {
        zero.set(JAVA_BYTE, m, (byte) (c.extreme ? 0 : random.nextInt(256)));
      }
      int[][] weights = new int[c.n][c.k];
      for (int[] w : weights) {
        for (int k = 0; k < c.k; k++) {
          w[k] =
              c.extreme
                  ? (c.n % 2 == 0 ? 1 : -1) * grade.weight()
                  : random.nextInt(2 * grade.weight() + 1) - grade.weight();
        }
      }
      for (int n = 0; n < c.n; n++) {
        int sum = 0;
        for (int k = 0; k < c.k; k++) {
          store(b, gemm, groups, n, k, weights[n][k]);
          sum += weights[n][k];
        }
        column.set(n / width * 3, n % width, Float.intBitsToFloat(-sum));
      }
      var sums = trial.grid(c.m, panels * width, panels * width + 2);
      boolean ready = gemm.dot() == Dot.AMX;
      for (int m = 0; ready && m < c.m; m++) {
        for (int n = 0; n < c.n; n++) {
          int sum = 0;
          for (int k = 0; k < c.k; k++) {
            sum += (a.get(JAVA_BYTE, (long) m * stride + k) & 255) * weights[n][k];
          }
          sums.set(m, n, Float.intBitsToFloat(sum));
        }
      }
      trial.set(Arg.A, ready ? sums.address() : a.address());
      trial.set(Arg.A_STRIDE, ready ? sums.strideBytes() : stride);
      trial.set(Arg.B, b.address());
      trial.set(Arg.B_PANEL, (long) groups * width * gemm.dot().groupBytes());
      trial.set(Arg.C, out.address());
      trial.set(Arg.C_STRIDE, out.strideBytes());
      trial.set(Arg.M, c.m);
      trial.set(Arg.K, groups);
      trial.set(Arg.PANELS, panels);
      trial.set(Arg.LAST, c.n - (panels - 1L) * width);
      trial.set(Arg.COLUMN, column.address());
      trial.set(Arg.RESIDUAL, residual.address());
      trial.set(Arg.RESIDUAL_STRIDE, residual.strideBytes());
      trial.set(Arg.ROW_SCALE, scale.address());
      trial.set(Arg.ROW_SCALE_STRIDE, shared ? 0 : Float.BYTES);
      trial.set(Arg.ROW_ZERO, zero.address());
      trial.set(Arg.ROW_ZERO_STRIDE, shared ? 0 : 1);
      trial.run(gemm);
      for (int m = 0; m < c.m; m++) {
        int row = shared ? 0 : m;
        for (int n = 0; n < c.n; n++) {
          int acc = 0;
          for (int k = 0; k < c.k; k++) {
            int code = a.get(JAVA_BYTE, (long) m * stride + k) & 255;
            acc += (code - (zero.get(JAVA_BYTE, row) & 255)) * weights[n][k];
          }
          float by = scale.get(0, row) * column.get(n / width * 3 + 1, n % width);
          float z = Math.fma((float) acc, by, column.get(n / width * 3 + 2, n % width));
          float exact = gemm.residual() ? z + residual.get(m, n) : z;
          if (gemm.activation() == Activation.NONE) {
            assertThat(out.get(m, n)).as("%s at %d, %d", c, m, n).isEqualTo(exact);
          } else {
            double y = gemm.activation().apply(z) + (gemm.residual() ? residual.get(m, n) : 0);
            assertThat((double) out.get(m, n))
                .as("%s at %d, %d", c, m, n)
                .isCloseTo(y, offset(1e-6 * Math.max(1, Math.abs(z))));
          }
        }
      }
      out.checkPadding(c.toString());
    }
  }

  private static void store(
      MemorySegment b, QuantizedGemm gemm, int groups, int column, int row, int weight) {
    int width = gemm.tile().columns();
    long group = (long) column / width * groups + row / 4;
    if (gemm.dot() == Dot.WORDS) {
      long at = (group * 2 + row % 2) * 4 * width + column % width * 4L + row % 4 / 2 * 2;
      b.set(JAVA_SHORT_UNALIGNED, at, (short) weight);
    } else {
      b.set(JAVA_BYTE, (group * width + column % width) * 4 + row % 4, (byte) weight);
    }
  }
}
