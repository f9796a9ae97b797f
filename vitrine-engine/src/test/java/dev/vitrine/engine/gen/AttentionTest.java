package dev.vitrine.engine.gen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.vitrine.engine.gen.Attention.Arg;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttentionTest {
  private record Sizes(int queries, int keys, int depth, int width, int stretch) {}

  @ParameterizedTest
  @EnumSource
  void isTheWeightedMeanOfValues(Width width) {
    Tile tile = Tile.of(width).getFirst();
    int panel = tile.columns();
    for (boolean bias : new boolean[] {false, true}) {
      Attention kernel = new Attention(tile, bias);
      for (Sizes sizes :
          new Sizes[] {
            new Sizes(1, 1, 1, 1, 1),
            new Sizes(panel, tile.rows(), 4, tile.rows(), tile.rows()),
            new Sizes(panel + 1, 2 * tile.rows() + 1, 5, 17, tile.rows() + 1),
            new Sizes(2 * panel - 3, 7, 3, 2, 3)
          }) {
        for (float scale : new float[] {1, 40, 1e4f}) {
          check(kernel, sizes, scale);
        }
      }
    }
  }

  /** The first and the last panel with keys that come in stretches, and what is next to them. */
  private static void check(Attention kernel, Sizes n, float scale) {
    String what = kernel.name() + ", " + n + ", scores up to " + scale;
    Random random = new Random(n.queries);
    int panel = kernel.tile().columns();
    int panels = Math.ceilDiv(n.queries, panel);
    try (Trial trial = new Trial()) {
      var q = trial.grid(n.queries, n.depth, n.depth + 2).random(random, 2);
      var k = trial.grid(n.keys, n.depth, n.depth + 3).random(random, 2);
      var v = trial.grid(n.keys, n.width, n.width + 1).random(random, 2);
      // The largest scores come late.
      for (int c = 0; c < n.depth; c++) {
        k.set(n.keys - 1, c, 3 * k.get(n.keys - 1, c));
      }
      var bias = trial.grid(panels * n.keys, panel, panel).random(random, scale);
      for (int i = 0; i < n.queries && kernel.bias(); i += 3) {
        for (int key = 0; key < n.keys - 1; key++) {
          float least = i % 2 == 0 ? Float.NEGATIVE_INFINITY : -Float.MAX_VALUE;
          bias.set(i / panel * n.keys + key, i % panel, least);
        }
      }
      var out = trial.grid(n.queries, n.width, n.width + 4);
      var factor = trial.grid(1, 1, 1);
      factor.set(0, 0, scale);
      trial.set(Arg.Q, q.address());
      trial.set(Arg.Q_STRIDE, q.strideBytes());
      trial.set(Arg.K, k.address());
      trial.set(Arg.K_STRIDE, k.strideBytes());
      trial.set(Arg.V, v.address());
      trial.set(Arg.V_STRIDE, v.strideBytes());
      trial.set(Arg.OUT, out.address());
      trial.set(Arg.OUT_STRIDE, out.strideBytes());
      trial.set(Arg.QUERIES, n.queries);
      trial.set(Arg.KEYS, n.keys);
      trial.set(Arg.DEPTH, n.depth);
      trial.set(Arg.WIDTH, n.width);
      trial.set(Arg.STRETCH, n.stretch);
      trial.set(Arg.SCALE, factor.address());
      trial.set(Arg.BIAS, bias.address());
      trial.set(Arg.BIAS_PANEL, n.keys * bias.strideBytes());
      trial.set(Arg.NEXT_Q, q.address());
      trial.set(Arg.NEXT_K, k.address());
      trial.set(Arg.NEXT_V, v.address());
      trial.set(Arg.QUERY_PANELS, trial.grid(panels * n.depth, panel, panel).address());
      trial.set(Arg.RESULTS, trial.grid(panels * n.width, panel, panel).address());
      trial.set(Arg.STATES, trial.grid(panels * Attention.STATE_ROWS, panel, panel).address());
      trial.set(Arg.POWERS, trial.grid(n.stretch, panel, panel).address());
      trial.set(Arg.VALUES, trial.grid(n.stretch, n.width, n.width).address());
      trial.run(kernel);
      out.checkPadding(what);
      for (int i = 0; i < n.queries; i++) {
        double[] scores = new double[n.keys];
        double most = Double.NEGATIVE_INFINITY;
        double size = 0;
        for (int key = 0; key < n.keys; key++) {
          double dot = 0;
          for (int c = 0; c < n.depth; c++) {
            double product = (double) q.get(i, c) * k.get(key, c) * scale;
            dot += product;
            size = Math.max(size, Math.abs(product));
          }
          double more = kernel.bias() ? bias.get(i / panel * n.keys + key, i % panel) : 0;
          scores[key] = dot + more;
          most = Math.max(most, scores[key]);
        }
        double sum = 0;
        for (int key = 0; key < n.keys; key++) {
          scores[key] = Math.pow(2, scores[key] - most);
          sum += scores[key];
        }
        double error = 1e-6 + (n.depth + 4) * size * Math.ulp(1f);
        for (int c = 0; c < n.width; c++) {
          double wanted = 0;
          for (int key = 0; key < n.keys; key++) {
            wanted += scores[key] / sum * v.get(key, c);
          }
          assertThat((double) out.get(i, c))
              .as("%s, query %d, column %d", what, i, c)
              .isCloseTo(wanted, offset(2 * error));
        }
      }
    }
  }
}
