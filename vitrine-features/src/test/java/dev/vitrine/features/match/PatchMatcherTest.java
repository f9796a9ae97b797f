package dev.vitrine.features.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.engine.Options;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.FloatMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PatchMatcherTest {
  private static final Options OPTIONS = Options.defaults().threads(1);
  private static final PatchMatcher PLAIN = new PatchMatcher(false, OPTIONS);

  private static FloatMap random(int height, int width, int channels, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[height * width * channels];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new FloatMap(height, width, channels, values);
  }

  /** A map that moves smoothly, seen from a place. */
  private static FloatMap waves(int height, int width, double down, double right) {
    int channels = 16;
    float[] values = new float[height * width * channels];
    for (int i = 0; i < values.length; i++) {
      int c = i % channels;
      double x = i / channels % width + right;
      double y = i / channels / width + down;
      double along = c % 2 == 0 ? x : y;
      values[i] = (float) Math.sin((0.2 + 0.03 * c) * along + c);
    }
    return new FloatMap(height, width, channels, values);
  }

  @Test
  void pairsAreEachOthersBest() {
    FloatMap a = random(5, 7, 24, 1);
    FloatMap b = random(6, 4, 24, 2);
    double[][] cosine = new double[a.cells()][b.cells()];
    for (int i = 0; i < a.cells(); i++) {
      for (int j = 0; j < b.cells(); j++) {
        cosine[i][j] = cosine(a, i, b, j);
      }
    }
    List<Correspondence> pairs = PLAIN.match(a, b);
    boolean[] paired = new boolean[a.cells()];
    for (Correspondence c : pairs) {
      int i = c.row() * a.width() + c.column();
      int j = (int) (c.otherRow() * b.width() + c.otherColumn());
      paired[i] = true;
      assertThat(c.cosine()).isEqualTo((float) cosine[i][j], within(1e-5f));
    }
    for (int i = 0; i < a.cells(); i++) {
      int best = best(cosine[i]);
      double[] back = new double[a.cells()];
      for (int k = 0; k < back.length; k++) {
        back[k] = cosine[k][best];
      }
      assertThat(paired[i]).as("patch %d", i).isEqualTo(best(back) == i);
    }
    assertThat(pairs).isNotEmpty().hasSizeLessThan(b.cells());
  }

  private static int best(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static double cosine(FloatMap a, int i, FloatMap b, int j) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int c = 0; c < a.channels(); c++) {
      double x = a.values()[i * a.channels() + c];
      double y = b.values()[j * a.channels() + c];
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void aMapMatchesItself() {
    FloatMap a = random(4, 6, 8, 3);
    assertThat(PLAIN.match(a, a))
        .hasSize(24)
        .allSatisfy(
            c -> {
              assertThat(c.otherRow()).isEqualTo(c.row());
              assertThat(c.otherColumn()).isEqualTo(c.column());
            });
  }

  @Test
  void placesBetweenPatches() {
    FloatMap a = waves(12, 14, 0, 0);
    FloatMap b = waves(12, 14, 0.3, -0.4);
    PatchMatcher refined = new PatchMatcher(true, OPTIONS);
    for (Correspondence c : refined.match(a, b)) {
      boolean inside = c.row() > 2 && c.row() < 9 && c.column() > 2 && c.column() < 11;
      if (inside) {
        assertThat(c.otherRow() - c.row()).as("%s", c).isEqualTo(-0.3, within(0.12));
        assertThat(c.otherColumn() - c.column()).as("%s", c).isEqualTo(0.4, within(0.12));
      }
    }
  }

  @Test
  void disparities() {
    // Pictures of 4×8 pixels, patches of 2×2; the right picture's content lies 2 pixels further
    // left, but is unknown in the last column.
    float[] truth = new float[32];
    java.util.Arrays.fill(truth, 2);
    for (int y = 0; y < 4; y++) {
      truth[y * 8 + 7] = Float.POSITIVE_INFINITY;
    }
    DisparityCheck check = new DisparityCheck(Tensor.f32(Shape.of(4, 8), truth));
    FloatMap grid = random(2, 4, 1, 1);
    List<Correspondence> pairs =
        List.of(
            new Correspondence(0, 1, 0, 0, 1), // right
            new Correspondence(0, 2, 1, 0.1, 1), // 0.9 off
            new Correspondence(1, 2, 1, 2.2, 1), // 1.2 off
            new Correspondence(1, 3, 2.5, 2, 1)); // another row, disparity unknown
    DisparityCheck.Counts counts = check.count(pairs, grid, 4, 8);
    assertThat(counts).isEqualTo(new DisparityCheck.Counts(4, 3, 3, 2, 1));
    assertThat(counts.share()).isEqualTo(2 / 3.0);
    assertThatThrownBy(() -> check.count(pairs, grid, 4, 9))
        .hasMessageContaining("the disparities are 4×8, the left picture is 4×9");
  }

  @Test
  void faults() {
    FloatMap a = random(2, 2, 4, 1);
    assertThatThrownBy(() -> PLAIN.match(a, random(2, 2, 5, 1)))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("4 and 5 features");
    FloatMap nan = random(2, 2, 4, 1);
    nan.values()[3] = Float.NaN;
    assertThatThrownBy(() -> PLAIN.match(a, nan)).hasMessageContaining("not finite");
  }

  @Test
  void bothEndsOfAPairHaveItsColour() {
    Image picture = Image.filled(40, 60, 0xffffff);
    FloatMap grid = random(4, 6, 2, 1);
    Image drawn =
        new MatchPainter(0)
            .paint(picture, grid, picture, grid, List.of(new Correspondence(1, 1, 2, 4, 1)));
    assertThat(drawn.width()).isEqualTo(132);
    for (int c = 0; c < 3; c++) {
      assertThat(drawn.at(15, 15, c)).isEqualTo(drawn.at(25, 72 + 45, c)).isNotEqualTo(255);
    }
    assertThat(drawn.at(25, 15, 0)).isEqualTo(255);
  }
}
