package dev.vitrine.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.Pillow;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreprocessorTest {
  private static final List<Double> MEAN = List.of(0.1, 0.2, 0.3);
  private static final List<Double> STD = List.of(0.5, 0.25, 2.0);

  private static Preprocessing how(int h, int w, int edge, boolean bgr) {
    return new Preprocessing(h, w, edge, Interpolation.BILINEAR, 1 / 255.0, MEAN, STD, bgr);
  }

  private static float value(int level, int colour) {
    return (float) ((level * (1 / 255.0) - MEAN.get(colour)) / STD.get(colour));
  }

  @Test
  void channelsFirst() {
    Image image = TestData.noise(2, 3, 3, 1);
    for (boolean bgr : new boolean[] {false, true}) {
      Tensor t = new Preprocessor(how(2, 3, 0, bgr)).apply(image);
      assertThat(t.shape()).isEqualTo(Shape.of(1, 3, 2, 3));
      for (int i = 0; i < 18; i++) {
        int colour = bgr ? 2 - i / 6 : i / 6;
        float expected = value(image.at(i % 6 / 3, i % 3, colour), colour);
        assertThat((float) t.real(i)).as("bgr %s value %d", bgr, i).isEqualTo(expected);
      }
    }
  }

  @Test
  void severalPictures() {
    Image one = TestData.noise(9, 9, 3, 1);
    Image two = TestData.noise(5, 4, 1, 2);
    Preprocessor p = new Preprocessor(how(6, 7, 0, false));
    Tensor both = p.apply(List.of(one, two));
    assertThat(both.shape()).isEqualTo(Shape.of(2, 3, 6, 7));
    Shape single = Shape.of(1, 3, 6, 7);
    assertThat(both.slice(0, single).sameAs(p.apply(one))).isTrue();
    assertThat(both.slice(126, single).sameAs(p.apply(two))).isTrue();
  }

  /** The short edge is resized, the long one follows rounded down, the middle is cut out. */
  @Test
  void shortEdgeAndCrop() {
    Image wide = TestData.noise(30, 47, 3, 3);
    Image resized = Pillow.BILINEAR.resize(wide, 20, 31);
    // (31 − 16) / 2 = 7.5 is rounded to even, (20 − 16) / 2 = 2.
    assertThat(new Preprocessor(how(16, 16, 20, false)).fit(wide))
        .isEqualTo(resized.crop(2, 8, 16, 16));
    Image tall = TestData.noise(90, 31, 3, 4);
    assertThat(new Preprocessor(how(10, 12, 31, false)).fit(tall))
        .isEqualTo(tall.crop(40, 10, 10, 12));
    assertThat(
            new Preprocessor(how(16, 16, 10, false)).fit(TestData.noise(10, 10, 3, 5)).at(0, 0, 0))
        .isZero();
  }
}
