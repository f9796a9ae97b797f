package dev.vitrine.engine.gen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.vitrine.engine.gen.Gemm.Arg;
import dev.vitrine.engine.gen.Scores.State;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScoresTest {
  private static final int DEPTH = 5;

  @ParameterizedTest
  @EnumSource
  void givesPowersAndTheirSums(Width width) {
    Tile tile = Tile.of(width).getFirst();
    for (boolean bias : new boolean[] {false, true}) {
      for (float scale : new float[] {1, 30, 300}) {
        for (int keys : new int[] {1, 3, tile.rows(), 2 * tile.rows() + 1, 5 * tile.rows() - 2}) {
          check(new Scores(tile, bias), keys, scale);
        }
      }
    }
  }

  /** Two stretches of keys, as they follow each other. */
  private static void check(Scores kernel, int keys, float scale) {
    Random random = new Random(keys);
    int n = kernel.tile().columns();
    String what = kernel.name() + ", " + keys + " keys, scores up to " + scale;
    try (Trial trial = new Trial()) {
      var state = trial.grid(State.values().length, n, n);
      var queries = trial.grid(DEPTH, n, n).random(random, 2);
      for (int j = 0; j < n; j++) {
        state.set(State.OPPOSITE.ordinal(), j, 0);
        state.set(State.SUM.ordinal(), j, 0);
      }
      double[] sums = new double[n];
      double[] references = new double[n];
      for (int stretch = 0; stretch < 2; stretch++) {
        var a = trial.grid(keys, DEPTH, DEPTH + 3).random(random, scale);
        var bias = trial.grid(keys, n, n + 2).random(random, scale);
        var powers = trial.grid(keys, n, n);
        for (int j = 0; j < n && kernel.bias(); j += 3) {
          bias.set(0, j, Float.NEGATIVE_INFINITY);
          bias.set(keys / 2, (j + 1) % n, -1e30f);
        }
        trial.set(Arg.A, a.address());
        trial.set(Arg.A_STRIDE, a.strideBytes());
        trial.set(Arg.B, queries.address());
        trial.set(Arg.C, powers.address());
        trial.set(Arg.C_STRIDE, powers.strideBytes());
        trial.set(Arg.M, keys);
        trial.set(Arg.K, DEPTH);
        trial.set(Arg.PANELS, 1);
        trial.set(Arg.COLUMN, state.address());
        trial.set(Arg.RESIDUAL, bias.address());
        trial.set(Arg.RESIDUAL_STRIDE, bias.strideBytes());
        trial.run(kernel);
        for (int j = 0; j < n; j++) {
          double reference = -state.get(State.OPPOSITE.ordinal(), j);
          double factor = state.get(State.FACTOR.ordinal(), j);
          if (stretch > 0 && reference == references[j]) {
            assertThat(factor).as(what).isEqualTo(1);
          }
          if (stretch > 0) {
            double wanted = Math.pow(2, references[j] - reference);
            assertThat(factor)
                .as(what)
                .isCloseTo(
                    wanted, offset((1e-6 + 4 * Math.ulp((float) reference)) * wanted + 0x1p-63));
          }
          references[j] = reference;
          sums[j] *= factor;
          for (int i = 0; i < keys; i++) {
            double score = kernel.bias() ? bias.get(i, j) : 0;
            double size = Math.abs(reference);
            for (int k = 0; k < DEPTH; k++) {
              double product = (double) a.get(i, k) * queries.get(k, j);
              score += product;
              size += Math.abs(product);
            }
            double wanted = Math.pow(2, score - reference);
            double error = 4e-7 + (Float.isInfinite((float) score) ? 0 : size) * 6 * Math.ulp(1f);
            assertThat((double) powers.get(i, j))
                .as(what)
                .isLessThanOrEqualTo(0x1p65)
                .isCloseTo(wanted, offset(error * wanted + 0x1p-55));
            sums[j] += powers.get(i, j);
          }
          assertThat((double) state.get(State.SUM.ordinal(), j))
              .as(what)
              .isCloseTo(sums[j], offset(1e-6 * sums[j] + 1e-12));
        }
      }
    }
  }
}
