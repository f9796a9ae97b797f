package dev.vitrine.engine.gen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.vitrine.engine.gen.Trial.Grid;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttentionTest {
  private record Sizes(int queries, int keys, int depth, int width, int stretch) {}

  private static final float[] SCALES = {1, 40, 1e4f};

  @ParameterizedTest
  @EnumSource
  void panelsGiveTheWeightedMeanOfValues(Width width) {
    Tile tile = Tile.of(width).getFirst();
    int panel = tile.columns();
    Sizes[] all = {
      new Sizes(1, 1, 1, 1, 1),
      new Sizes(panel, tile.rows(), 4, tile.rows(), tile.rows()),
      new Sizes(panel + 1, 2 * tile.rows() + 1, 5, 17, tile.rows() + 1),
      new Sizes(2 * panel - 3, 7, 3, 2, 3)
    };
    for (boolean bias : new boolean[] {false, true}) {
      for (Sizes sizes : all) {
        for (float scale : SCALES) {
          try (Case c = new Case(sizes, panel, bias, scale)) {
            c.panels(new Attention(tile, bias));
            c.check();
          }
        }
      }
    }
  }

  @Test
  void matricesGiveTheWeightedMeanOfValues() {
    Sizes[] all = {
      new Sizes(1, 1, 1, 1, 32),
      new Sizes(32, 32, 32, 16, 32),
      new Sizes(33, 70, 40, 33, 32),
      new Sizes(7, 50, 64, 17, 64)
    };
    for (boolean bias : new boolean[] {false, true}) {
      for (Sizes sizes : all) {
        for (float scale : SCALES) {
          try (Case c = new Case(sizes, MatrixGemm.COLUMNS, bias, scale)) {
            c.panels(new MatrixAttention(bias));
            c.check();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void rowsGiveTheWeightedMeanOfValues(Width width) {
    int lanes = width.lanes();
    Sizes[] all = {
      new Sizes(1, 1, 1, 1, 0),
      new Sizes(1, 9, 2 * lanes, 4 * lanes, 0),
      new Sizes(3, 18, lanes + 3, 5 * lanes + 1, 0),
      new Sizes(2, 4, lanes - 1, lanes - 1, 0)
    };
    for (boolean bias : new boolean[] {false, true}) {
      for (Sizes sizes : all) {
        for (float scale : SCALES) {
          try (Case c = new Case(sizes, lanes, bias, scale)) {
            c.rows(new AttentionRows(width, bias));
            c.check();
          }
        }
      }
    }
  }

  private static final class Case implements AutoCloseable {
    private final Trial trial = new Trial();
    private final Sizes n;
    private final int panel;
    private final int panels;
    private final boolean biased;
    private final float scale;
    private final Grid q;
    private final Grid k;
    private final Grid v;
    private final Grid bias;
    private final Grid out;
    private final Grid factor;
    private String what;

    Case(Sizes n, int panel, boolean biased, float scale) {
      this.n = n;
      this.panel = panel;
      this.biased = biased;
      this.scale = scale;
      panels = Math.ceilDiv(n.queries, panel);
      Random random = new Random(n.queries);
      q = trial.grid(n.queries, n.depth, n.depth + 2).random(random, 2);
      k = trial.grid(n.keys, n.depth, n.depth + 3).random(random, 2);
      v = trial.grid(n.keys, n.width, n.width + 1).random(random, 2);
      // The largest scores come late.
      for (int c = 0; c < n.depth; c++) {
        k.set(n.keys - 1, c, 3 * k.get(n.keys - 1, c));
      }
      bias = trial.grid(panels * n.keys, panel, panel).random(random, scale);
      for (int i = 0; i < n.queries && biased; i += 3) {
        float least = i % 2 == 0 ? Float.NEGATIVE_INFINITY : -Float.MAX_VALUE;
        for (int key = 0; key < n.keys - 1; key++) {
          bias.set(i / panel * n.keys + key, i % panel, least);
        }
      }
      out = trial.grid(n.queries, n.width, n.width + 4);
      factor = trial.grid(1, 1, 1);
      factor.set(0, 0, scale);
    }

    void panels(Generator kernel) {
      trial.set(Attention.Arg.Q, q.address());
      trial.set(Attention.Arg.Q_STRIDE, q.strideBytes());
      trial.set(Attention.Arg.K, k.address());
      trial.set(Attention.Arg.K_STRIDE, k.strideBytes());
      trial.set(Attention.Arg.V, v.address());
      trial.set(Attention.Arg.V_STRIDE, v.strideBytes());
      trial.set(Attention.Arg.OUT, out.address());
      trial.set(Attention.Arg.OUT_STRIDE, out.strideBytes());
      trial.set(Attention.Arg.QUERIES, n.queries);
      trial.set(Attention.Arg.KEYS, n.keys);
      trial.set(Attention.Arg.DEPTH, n.depth);
      trial.set(Attention.Arg.WIDTH, n.width);
      trial.set(Attention.Arg.STRETCH, n.stretch);
      trial.set(Attention.Arg.SCALE, factor.address());
      trial.set(Attention.Arg.BIAS, bias.address());
      trial.set(Attention.Arg.BIAS_PANEL, n.keys * bias.strideBytes());
      trial.set(Attention.Arg.NEXT_Q, q.address());
      trial.set(Attention.Arg.NEXT_K, k.address());
      trial.set(Attention.Arg.NEXT_V, v.address());
      int deep = Math.ceilDiv(n.depth, Parts.DEPTH) * Parts.DEPTH;
      long panelBytes = MatrixGemm.panelBytes(n.depth);
      trial.set(Attention.Arg.QUERY_PANELS, trial.bytes(panels * panelBytes).address());
      trial.set(Attention.Arg.QUERY_PANEL_BYTES, panelBytes);
      trial.set(Attention.Arg.RESULTS, room(panels * n.width, panel));
      trial.set(Attention.Arg.STATES, room(panels * Attention.STATE_ROWS, panel));
      trial.set(Attention.Arg.POWERS, room(Math.max(n.stretch, deep), panel));
      trial.set(Attention.Arg.VALUES, room(n.stretch, n.width));
      trial.set(Attention.Arg.DEPTH_STEPS, deep / Parts.DEPTH);
      trial.set(Attention.Arg.KEY_PARTS, parts(n.stretch, n.depth));
      trial.set(Attention.Arg.VALUE_PARTS, parts(n.width, n.stretch));
      trial.set(Attention.Arg.POWER_PARTS, trial.bytes(MatrixGemm.panelBytes(n.stretch)).address());
      trial.set(
          Attention.Arg.MEMORY, trial.bytes(MatrixGemm.MEMORY_BYTES + 64).address() + 63 & -64);
      run(kernel);
    }

    private long parts(int rows, int columns) {
      return trial.bytes(Math.ceilDiv(rows, Parts.ROWS) * Parts.groupBytes(columns)).address();
    }

    void rows(AttentionRows kernel) {
      int lanes = kernel.width().lanes();
      trial.set(AttentionRows.Arg.Q, q.address());
      trial.set(AttentionRows.Arg.Q_STRIDE, q.strideBytes());
      trial.set(AttentionRows.Arg.K, k.address());
      trial.set(AttentionRows.Arg.K_STRIDE, k.strideBytes());
      trial.set(AttentionRows.Arg.V, v.address());
      trial.set(AttentionRows.Arg.V_STRIDE, v.strideBytes());
      trial.set(AttentionRows.Arg.OUT, out.address());
      trial.set(AttentionRows.Arg.OUT_STRIDE, out.strideBytes());
      trial.set(AttentionRows.Arg.QUERIES, n.queries);
      trial.set(AttentionRows.Arg.KEYS, n.keys);
      trial.set(AttentionRows.Arg.DEPTH, n.depth);
      trial.set(AttentionRows.Arg.WIDTH, n.width);
      trial.set(AttentionRows.Arg.SCALE, factor.address());
      trial.set(AttentionRows.Arg.BIAS, bias.address());
      trial.set(AttentionRows.Arg.BIAS_STRIDE, bias.strideBytes());
      trial.set(AttentionRows.Arg.QUERY, room(Math.ceilDiv(n.depth, lanes), lanes));
      trial.set(AttentionRows.Arg.POWERS, room(1, n.keys));
      run(kernel);
    }

    private long room(int rows, int columns) {
      return trial.grid(rows, columns, columns).address();
    }

    private void run(Generator kernel) {
      what = kernel.name() + ", " + n + ", scores up to " + scale;
      trial.run(kernel);
    }

    void check() {
      out.checkPadding(what);
      for (int i = 0; i < n.queries; i++) {
        double[] scores = new double[n.keys];
        double most = Double.NEGATIVE_INFINITY;
        double size = 0;
        for (int key = 0; key < n.keys; key++) {
          for (int c = 0; c < n.depth; c++) {
            double product = (double) q.get(i, c) * k.get(key, c) * scale;
            scores[key] += product;
            size = Math.max(size, Math.abs(product));
          }
          scores[key] += biased ? bias.get(i / panel * n.keys + key, i % panel) : 0;
          most = Math.max(most, scores[key]);
        }
        double sum = 0;
        for (int key = 0; key < n.keys; key++) {
          scores[key] = Math.pow(2, scores[key] - most);
          sum += scores[key];
        }
        double error = 2e-6 + 2 * (n.depth + 4) * size * Math.ulp(1f);
        for (int c = 0; c < n.width; c++) {
          double wanted = 0;
          for (int key = 0; key < n.keys; key++) {
            wanted += scores[key] / sum * v.get(key, c);
          }
          assertThat((double) out.get(i, c))
              .as("%s, query %d, column %d", what, i, c)
              .isCloseTo(wanted, offset(error));
        }
      }
    }

    @Override
    public void close() {
      trial.close();
    }
  }
}
