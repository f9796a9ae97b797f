package dev.vitrine.features.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.features.probe.LogisticRegression.Fit;
import dev.vitrine.graph.VitrineException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogisticRegressionTest {
  private static final List<String> CLASSES = List.of("a", "b", "c");

  /** Thirty vectors of three overlapping classes. */
  private static Examples waves() {
    float[] values = new float[30 * 4];
    int[] labels = new int[30];
    for (int i = 0; i < 30; i++) {
      for (int j = 0; j < 4; j++) {
        values[i * 4 + j] = (float) (Math.sin(i * (j + 1) * 0.7) + (i % 3 == j ? 1 : 0));
      }
      labels[i] = i % 3;
    }
    labels[4] = 0;
    labels[11] = 1;
    return new Examples(values, 4, labels, CLASSES);
  }

  static Examples clouds(long seed, int n, int width, int classes, double spread) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] centres = random.doubles((long) classes * width, -1, 1).toArray();
    float[] values = new float[n * width];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % classes;
      for (int j = 0; j < width; j++) {
        values[i * width + j] =
            (float) (centres[labels[i] * width + j] + spread * random.nextGaussian());
      }
    }
    List<String> names =
        java.util.stream.IntStream.range(0, classes).mapToObj(c -> "c" + c).toList();
    return new Examples(values, width, labels, names);
  }

  /** scikit-learn 1.x, LogisticRegression(C, tol=1e-12) on the same vectors. */
  @Test
  void agreesWithScikitLearn() {
    Fit strong = LogisticRegression.plain().fit(waves(), 0.1, Map.of());
    assertThat(strong.converged()).isTrue();
    assertThat(strong.head().weight().toFloats())
        .containsExactly(
            new float[] {
              0.344207f,
              -0.17328f,
              -0.123154f,
              -0.056464f,
              -0.12686f,
              0.380074f,
              0.302381f,
              0.037231f,
              -0.217347f,
              -0.206794f,
              -0.179228f,
              0.019232f
            },
            within(2e-4f));
    assertThat(strong.head().bias().toFloats())
        .containsExactly(new float[] {0.073822f, -0.219104f, 0.145282f}, within(2e-4f));
    Fit weak = LogisticRegression.plain().fit(waves(), 10, Map.of());
    assertThat(weak.head().weight().toFloats())
        .containsExactly(
            new float[] {
              0.873385f,
              -0.316874f,
              -0.487484f,
              -0.310977f,
              0.117627f,
              1.08226f,
              3.345473f,
              0.186851f,
              -0.991012f,
              -0.765385f,
              -2.857989f,
              0.124126f
            },
            within(5e-3f));
  }

  @Test
  void gradientIsTheLossesSlope() {
    Examples examples = clouds(3, 23, 5, 4, 0.5);
    LogisticLoss loss = new LogisticLoss(examples, 0.7, new double[] {1, 2, 0.5, 1, 3});
    double[] x = new SplittableRandom(4).doubles(loss.unknowns(), -1, 1).toArray();
    double[] gradient = new double[x.length];
    loss.at(x, gradient);
    for (int i = 0; i < x.length; i++) {
      double[] up = x.clone();
      double[] down = x.clone();
      up[i] += 1e-5;
      down[i] -= 1e-5;
      double[] unused = new double[x.length];
      double slope = (loss.at(up, unused) - loss.at(down, unused)) / 2e-5;
      assertThat(gradient[i]).as("unknown %d", i).isEqualTo(slope, within(1e-8));
    }
  }

  @Test
  void standardisingIsFoldedIntoTheWeights() {
    Examples plain = clouds(5, 60, 6, 3, 0.6);
    float[] stretched = plain.values().clone();
    for (int i = 0; i < stretched.length; i++) {
      int j = i % 6;
      stretched[i] = j == 5 ? 2.5f : stretched[i] * (j + 1) + 10 * j;
    }
    Examples odd = new Examples(stretched, 6, plain.labels(), plain.classes());
    LogisticRegression how = new LogisticRegression(true, 1000);
    LinearHead a = how.fit(odd, 1, Map.of()).head();
    // The constant feature gets no weight; the others get what those of plain ones get.
    for (int i = 0; i < stretched.length; i += 6) {
      stretched[i + 5] = 0;
    }
    Examples other = new Examples(rescaled(stretched, 6), 6, plain.labels(), plain.classes());
    LinearHead b = how.fit(other, 1, Map.of()).head();
    assertThat(a.scores(odd.values())).containsExactly(b.scores(other.values()), within(1e-3));
  }

  private static float[] rescaled(float[] values, int width) {
    float[] out = values.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = out[i] / 8 - i % width;
    }
    return out;
  }

  @Test
  void sweepTakesTheBestAndFitsAll() {
    Examples examples = clouds(8, 200, 10, 4, 0.8);
    LogisticRegression how = LogisticRegression.plain();
    var sweep = how.sweep(examples, List.of(10.0, 1e-6, 0.1, 0.1), 0.25, 1, Map.of());
    assertThat(sweep.trials()).extracting(t -> t.c()).containsExactly(1e-6, 0.1, 10.0);
    double best = sweep.trials().stream().mapToDouble(t -> t.top1()).max().orElseThrow();
    double first =
        sweep.trials().stream().filter(t -> t.top1() == best).findFirst().orElseThrow().c();
    assertThat(sweep.fit().c()).isEqualTo(first);
    Fit direct = how.fit(examples, first, Map.of());
    assertThat(sweep.fit().head().weight().toFloats())
        .containsExactly(direct.head().weight().toFloats());
    assertThat(how.sweep(examples, List.of(10.0, 1e-6, 0.1), 0.25, 1, Map.of()).trials())
        .isEqualTo(sweep.trials());
  }

  @Test
  void holdsOutAShareOfEachClass() {
    Examples examples = clouds(2, 40, 2, 4, 0.1);
    Examples.Split split = examples.holdOut(0.3, 7);
    assertThat(split.held().counts()).containsExactly(3, 3, 3, 3);
    assertThat(split.learn().counts()).containsExactly(7, 7, 7, 7);
    assertThat(examples.holdOut(0.3, 8).held().values()).isNotEqualTo(split.held().values());
    assertThat(examples.holdOut(0.3, 7).held().values()).isEqualTo(split.held().values());
  }

  @Test
  void separableClassesAreLearnt() {
    Examples examples = clouds(1, 90, 8, 3, 0.05);
    var hits = LogisticRegression.plain().fit(examples, 100, Map.of()).head().test(examples);
    assertThat(hits.top1()).isEqualTo(1);
    assertThat(hits.top5()).isEqualTo(1);
  }

  @Test
  void faults() {
    Examples good = waves();
    assertThatThrownBy(() -> new Examples(new float[] {1, Float.NaN}, 1, new int[] {0, 0}, CLASSES))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("example 1 hold NaN");
    Examples empty = new Examples(good.values(), 4, good.labels(), List.of("a", "b", "c", "d"));
    assertThatThrownBy(() -> LogisticRegression.plain().fit(empty, 1, Map.of()))
        .hasMessageContaining("no examples of 'd'");
    Examples one = new Examples(new float[] {1, 2}, 1, new int[2], List.of("a"));
    assertThatThrownBy(() -> LogisticRegression.plain().fit(one, 1, Map.of()))
        .hasMessageContaining("one class");
    for (double c : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> LogisticRegression.plain().fit(good, c, Map.of()))
          .hasMessageContaining("C is");
    }
    LinearHead head = LogisticRegression.plain().fit(good, 1, Map.of()).head();
    assertThatThrownBy(() -> head.test(clouds(1, 9, 5, 3, 1)))
        .hasMessageContaining("takes 4 features, not 5");
    Examples others = new Examples(good.values(), 4, good.labels(), List.of("a", "b", "x"));
    assertThatThrownBy(() -> head.test(others)).hasMessageContaining("'x' was not learnt");
    int[] swapped = Arrays.stream(good.labels()).map(l -> 2 - l).toArray();
    Examples reordered = new Examples(good.values(), 4, swapped, List.of("c", "b", "a"));
    assertThat(head.test(reordered).top1()).isEqualTo(head.test(good).top1());
  }
}
