package dev.vitrine.vision.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClassMapTest {
  /** Two classes whose scores cross between the two cells: where, is what interpolation decides. */
  @Test
  void scoresAreInterpolatedBeforeTheLargestIsTaken() {
    Tensor scores = Tensor.f32(Shape.of(1, 2, 1, 2), 0, 0, 3, -1);
    ClassMap map = ClassMap.of(scores, 0, 1, 8);
    // At pixel x the second class scores 3 − 4·t, t = clamp((x + ½)/4 − ½, 0, 1): above 0 for t <
    // ¾.
    assertThat(map.classes().pixels()).containsExactly(1, 1, 1, 1, 1, 0, 0, 0);
    assertThat(map.count()).isEqualTo(2);
    assertThat(map.all()).isTrue();
  }

  @Test
  void againstDirectInterpolation() {
    int classes = 5;
    Random random = new Random(1);
    float[] values = new float[2 * classes * 6 * 7];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Tensor scores = Tensor.f32(Shape.of(2, classes, 6, 7), values);
    for (int[] size : new int[][] {{6, 7}, {24, 28}, {13, 50}, {3, 4}}) {
      ClassMap map = ClassMap.of(scores, 1, size[0], size[1]);
      for (int y = 0; y < size[0]; y++) {
        for (int x = 0; x < size[1]; x++) {
          double best = Double.NEGATIVE_INFINITY;
          double[] all = new double[classes];
          for (int c = 0; c < classes; c++) {
            double v = (y + 0.5) * 6 / size[0] - 0.5;
            double u = (x + 0.5) * 7 / size[1] - 0.5;
            int from = (classes + c) * 42;
            double t = v - Math.floor(v);
            double s = u - Math.floor(u);
            all[c] =
                (1 - t) * ((1 - s) * at(values, from, v, u) + s * at(values, from, v, u + 1))
                    + t
                        * ((1 - s) * at(values, from, v + 1, u)
                            + s * at(values, from, v + 1, u + 1));
            best = Math.max(best, all[c]);
          }
          assertThat(all[map.classes().at(y, x, 0)])
              .as("%d×%d at %d, %d", size[0], size[1], y, x)
              .isGreaterThanOrEqualTo(best - 1e-5);
        }
      }
    }
  }

  private static double at(float[] values, int from, double v, double u) {
    int y = Math.clamp((int) Math.floor(v), 0, 5);
    int x = Math.clamp((int) Math.floor(u), 0, 6);
    return values[from + y * 7 + x];
  }

  @Test
  void classNumbers() {
    Tensor map = Tensor.i64(Shape.of(1, 1, 2, 2), 7, 7, 3, 7);
    assertThat(ClassMap.of(map, 0, 4, 4).all()).isFalse();
    byte[] large = ClassMap.of(map, 0, 4, 4).classes().pixels();
    assertThat(large).containsExactly(7, 7, 7, 7, 7, 7, 7, 7, 3, 3, 7, 7, 3, 3, 7, 7);
    assertThat(
            ClassMap.of(map.cast(DType.I32).reshape(Shape.of(1, 2, 2)), 0, 4, 4).classes().pixels())
        .isEqualTo(large);
    assertThat(ClassMap.of(map, 0, 2, 2).classes().pixels()).containsExactly(7, 7, 3, 7);
  }

  @Test
  void shares() {
    ClassMap map = ClassMap.of(Tensor.i64(Shape.of(1, 2, 2), 2, 0, 2, 2), 0, 2, 2);
    assertThat(map.shares()).containsExactly(0.25, 0, 0.75);
    assertThat(map.present()).containsExactly(2, 0);
  }

  @Test
  void whatIsNoSegmentation() {
    Tensor[] others = {
      Tensor.zeros(DType.F32, Shape.of(1, 1000)),
      Tensor.zeros(DType.F32, Shape.of(1, 1, 4, 4)),
      Tensor.zeros(DType.I64, Shape.of(1, 3, 4, 4)),
      Tensor.zeros(DType.F32, Shape.of(1, 300, 2, 2)),
      Tensor.i64(Shape.of(1, 1, 2), -1, 0),
      Tensor.i64(Shape.of(1, 1, 2), 256, 0)
    };
    for (Tensor t : others) {
      assertThatThrownBy(() -> ClassMap.of(t, 0, 4, 4))
          .as(t.toString())
          .isInstanceOf(GraphException.class);
    }
  }
}
