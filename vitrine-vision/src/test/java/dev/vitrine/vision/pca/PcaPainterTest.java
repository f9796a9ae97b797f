package dev.vitrine.vision.pca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.vision.TestData;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.FloatMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PcaPainterTest {
  private static final int D = 12;

  /**
   * Features of a scene: background along one direction, an object in the middle whose halves
   * differ.
   */
  private static FloatMap scene(int height, int width, int top, int left, long seed) {
    Random random = new Random(seed);
    float[] values = new float[height * width * D];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = (y * width + x) * D;
        for (int c = 0; c < D; c++) {
          values[at + c] = 0.1f * (float) random.nextGaussian();
        }
        boolean object = y >= top && y < top + 6 && x >= left && x < left + 6;
        values[at] += object ? 8 : -8;
        values[at + 1] += object && x < left + 3 ? 3 : 0;
        values[at + 2] += object && y < top + 3 ? 2 : 0;
        values[at + 3] += object && (x - left) % 3 == 0 ? 1.5f : 0;
      }
    }
    return new FloatMap(height, width, D, values);
  }

  private static int colour(Image image, int y, int x) {
    return image.at(y, x, 0) << 16 | image.at(y, x, 1) << 8 | image.at(y, x, 2);
  }

  @Test
  void foregroundIsTheObject() {
    FloatMap map = scene(16, 20, 5, 8, 1);
    Image picture = Image.filled(160, 200, 0x646464);
    var painted = PcaPainter.foreground(List.of(map)).paint(picture, 0, 0.6);
    assertThat(colour(painted.mask(), 5, 5)).isZero();
    assertThat(colour(painted.mask(), 100, 40)).isZero();
    assertThat(colour(painted.mask(), 80, 110)).isNotZero();
    assertThat(colour(painted.blend(), 5, 5)).isEqualTo(0x282828);
  }

  /** Both objects' left halves look alike though they lie elsewhere, unlike the right halves. */
  @Test
  void picturesShareColours() {
    List<FloatMap> maps = List.of(scene(16, 20, 5, 8, 1), scene(12, 12, 3, 2, 2));
    List<Image> pictures = List.of(Image.filled(160, 200, 0), Image.filled(120, 120, 0));
    for (boolean foreground : new boolean[] {true, false}) {
      var painter = painter(foreground, maps);
      Image one = painter.paint(pictures.get(0), 0, 1).mask();
      Image other = painter.paint(pictures.get(1), 1, 1).mask();
      String name = foreground ? "foreground" : "whole";
      assertThat(difference(colour(one, 62, 92), colour(other, 42, 32))).as(name).isLessThan(30);
      assertThat(difference(colour(one, 62, 92), colour(one, 62, 128))).as(name).isGreaterThan(60);
    }
  }

  private static PcaPainter painter(boolean foreground, List<FloatMap> maps) {
    return foreground ? PcaPainter.foreground(maps) : PcaPainter.whole(maps);
  }

  private static int difference(int a, int b) {
    int worst = 0;
    for (int shift = 0; shift < 24; shift += 8) {
      worst = Math.max(worst, Math.abs((a >> shift & 0xff) - (b >> shift & 0xff)));
    }
    return worst;
  }

  @Test
  void blendIsAShare() {
    Image picture = TestData.noise(64, 48, 3, 5);
    var painted = PcaPainter.whole(List.of(scene(8, 6, 1, 0, 3))).paint(picture, 0, 0.25);
    for (int i = 0; i < picture.pixels().length; i++) {
      double expected =
          0.75 * (picture.pixels()[i] & 0xff) + 0.25 * (painted.mask().pixels()[i] & 0xff);
      assertThat((double) (painted.blend().pixels()[i] & 0xff))
          .isBetween(expected - 0.51, expected + 0.51);
    }
  }

  @Test
  void equalFeaturesArePlainGrey() {
    FloatMap flat = new FloatMap(3, 3, 4, new float[36]);
    for (boolean foreground : new boolean[] {true, false}) {
      var painted = painter(foreground, List.of(flat)).paint(Image.filled(30, 30, 0), 0, 0.6);
      assertThat(colour(painted.mask(), 10, 10)).isIn(0, 0x808080);
    }
  }

  @Test
  void otsuSplitsTwoHeaps() {
    float[] values = {0, 1, 2, 1, 0, 10, 11, 10, 9, 11};
    assertThat(Otsu.threshold(values)).isBetween(2f, 9f);
    assertThat(Otsu.threshold(new float[] {3, 3, 3})).isEqualTo(3);
  }
}
