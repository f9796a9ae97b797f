package dev.vitrine.engine.gen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.engine.gen.Gemm.Arg;
import dev.vitrine.engine.gen.Gemm.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GemmTest {
  /** A kernel and sizes for it; the seed is the case's number. */
  record Case(Gemm gemm, int m, int k, int n, long seed) {
    @Override
    public String toString() {
      return gemm.name() + " " + m + "×" + k + "×" + n + " seed " + seed;
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Tile tile : Tile.values()) {
      int rows = tile.rows();
      int n = tile.columns();
      int lanes = tile.width().lanes();
      for (boolean byColumn : new boolean[] {false, true}) {
        for (Start start : Start.values()) {
          Activation[] all = Activation.values();
          Activation activation =
              start == Start.BIAS ? all[cases.size() % all.length] : Activation.NONE;
          boolean residual = cases.size() % 2 == 0 && start != Start.SCALED;
          Gemm whole = new Gemm(tile, byColumn, start, activation, residual, false);
          for (int m : new int[] {0, 1, rows - 1, rows, rows + 1, 2 * rows + 3}) {
            cases.add(new Case(whole, m, 1 + cases.size() % 11, n, cases.size()));
          }
          cases.add(new Case(whole, 3, 0, n, cases.size()));
          cases.add(new Case(whole, rows, 67, 3 * n, cases.size()));
          if (start != Start.SCALED) {
            Gemm partial = new Gemm(tile, byColumn, start, activation, residual, true);
            for (int columns :
                new int[] {1, lanes - 1, lanes, n - 1, n, n + 1, 2 * n + lanes + 3}) {
              cases.add(new Case(partial, rows + 2, 5, columns, cases.size()));
            }
          }
        }
      }
      for (boolean partial : new boolean[] {false, true}) {
        for (int m : new int[] {1, rows - 1, rows, 2 * rows + 3}) {
          boolean residual = cases.size() % 2 == 0;
          Gemm scatter =
              new Gemm(tile, false, Start.BIAS, Activation.NONE, residual, partial, true);
          cases.add(new Case(scatter, m, 5, partial ? n + 3 : 2 * n, cases.size()));
        }
      }
      for (Activation activation : Activation.values()) {
        cases.add(
            new Case(
                new Gemm(tile, false, Start.BIAS, activation, true, true), 9, 6, 21, cases.size()));
      }
    }
    return cases.stream();
  }

  @Test
  void tilesAreChosenByWhatTheyFillUp() {
    assertThat(Tile.choose(Width.AVX512, 1536)).isEqualTo(Tile.AVX512_14X32);
    assertThat(Tile.choose(Width.AVX512, 48)).isEqualTo(Tile.AVX512_9X48);
    assertThat(Tile.choose(Width.AVX512, 10)).isEqualTo(Tile.AVX512_21X16);
    assertThat(Tile.choose(Width.AVX512, 19)).isEqualTo(Tile.AVX512_14X32);
    assertThat(Tile.choose(Width.AVX2, 384)).isEqualTo(Tile.AVX2_6X16);
    assertThat(Tile.choose(Width.AVX2, 24)).isEqualTo(Tile.AVX2_4X24);
    assertThat(Tile.choose(Width.AVX2, 3)).isEqualTo(Tile.AVX2_12X8);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void multiplies(Case c) {
    Random random = new Random(c.seed);
    Gemm gemm = c.gemm;
    int panels = (c.n + gemm.tile().columns() - 1) / gemm.tile().columns();
    int padded = panels * gemm.tile().columns();
    int extra = random.nextInt(3) * 5;
    try (Trial trial = new Trial()) {
      var a =
          (gemm.byColumn() ? trial.grid(c.k, c.m, c.m + extra) : trial.grid(c.m, c.k, c.k + extra))
              .random(random, 2);
      var b =
          trial.grid(panels * c.k, gemm.tile().columns(), gemm.tile().columns()).random(random, 2);
      var out = trial.grid(c.m, c.n, c.n + extra);
      var column = trial.grid(1, padded, padded).random(random, 2);
      var residual = trial.grid(c.m, c.n, c.n + 2 * extra).random(random, 8);
      if (gemm.start() == Start.SCALED) {
        out.random(random, 4);
      }
      double[][] expected = new double[c.m][c.n];
      double[][] size = new double[c.m][c.n];
      for (int i = 0; i < c.m; i++) {
        for (int j = 0; j < c.n; j++) {
          double start =
              switch (gemm.start()) {
                case ZERO -> 0;
                case BIAS -> column.get(0, j);
                case SCALED -> (double) out.get(i, j) * column.get(0, j);
              };
          double sum = start;
          double sizes = Math.abs(start);
          for (int k = 0; k < c.k; k++) {
            double product =
                (double) (gemm.byColumn() ? a.get(k, i) : a.get(i, k))
                    * b.get(j / gemm.tile().columns() * c.k + k, j % gemm.tile().columns());
            sum += product;
            sizes += Math.abs(product);
          }
          int row = gemm.scatter() ? c.m - 1 - i : i;
          double more = gemm.residual() ? residual.get(row, j) : 0;
          expected[i][j] = gemm.activation().apply(sum) + more;
          size[i][j] = sizes + Math.abs(more);
        }
      }
      trial.set(Arg.A, a.address());
      trial.set(Arg.A_STRIDE, a.strideBytes());
      trial.set(Arg.B, b.address());
      trial.set(Arg.B_PANEL, c.k * b.strideBytes());
      trial.set(Arg.C, out.address());
      trial.set(Arg.C_STRIDE, out.strideBytes());
      trial.set(Arg.M, c.m);
      trial.set(Arg.K, c.k);
      trial.set(Arg.PANELS, panels);
      trial.set(Arg.LAST, c.n - (panels - 1L) * gemm.tile().columns());
      trial.set(Arg.COLUMN, column.address());
      trial.set(Arg.RESIDUAL, residual.address());
      trial.set(Arg.RESIDUAL_STRIDE, residual.strideBytes());
      if (gemm.scatter()) {
        // The last row first.
        trial.set(Arg.C_STRIDE, backwards(trial, c.m, out.strideBytes()));
        trial.set(Arg.RESIDUAL_STRIDE, backwards(trial, c.m, residual.strideBytes()));
      }
      trial.run(gemm);
      for (int i = 0; i < c.m; i++) {
        for (int j = 0; j < c.n; j++) {
          // Each of k roundings is at most half a unit of the sum of sizes; functions are good to
          // 5e-7.
          double bound =
              Math.ulp(1f) / 2 * (c.k + 3) * size[i][j] * 1.2 + 6e-7 * Math.max(1, size[i][j]);
          int row = gemm.scatter() ? c.m - 1 - i : i;
          assertThat((double) out.get(row, j))
              .as("%s at %d, %d", c, i, j)
              .isCloseTo(expected[i][j], offset(bound));
        }
      }
      out.checkPadding(c.toString());
    }
  }

  /** The address of a table that puts rows in reverse order. */
  private static long backwards(Trial trial, int rows, long stride) {
    var table = trial.grid(rows, 2, 2);
    for (int i = 0; i < rows; i++) {
      table.setLong(i, 0, (rows - 1 - i) * stride);
    }
    return table.address();
  }
}
