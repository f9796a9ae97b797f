package dev.vitrine.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.formats.npy.Npy;
import dev.vitrine.vision.PictureModel.Size;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import dev.vitrine.vision.resize.FloatMap;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The embedded model on photos, against the features that Meta's code gives for them in float32.
 */
class FeatureExtractorTest {
  private static final Path EMBEDDED = TestData.path("models", "dinov2-small");
  private static final Path REFERENCE = TestData.path("testdata", "dinov2_vits14");

  @Test
  void square() {
    check(REFERENCE.resolve("chelsea"), new Size(224, 224));
  }

  @Test
  void oblong() {
    check(REFERENCE.resolve("china"), new Size(420, 630));
  }

  private static void check(Path folder, Size size) {
    String tag = size.height() + "x" + size.width();
    Image photo = ImageReader.read(folder.resolve("resized." + tag + ".png"));
    try (FeatureExtractor features = FeatureExtractor.open(EMBEDDED, size)) {
      float[] cls = Npy.read(folder.resolve("cls." + tag + ".npy")).toFloats();
      assertThat(cosine(features.extract(photo), 0, cls, 0, cls.length)).isGreaterThan(0.9999);
      Path patches = folder.resolve("patch." + tag + ".npy");
      if (Files.exists(patches)) {
        float[] expected = Npy.read(patches).toFloats();
        FloatMap map = features.patches(photo);
        assertThat(map.height()).isEqualTo(size.height() / 14);
        for (int i = 0; i < expected.length; i += map.channels()) {
          assertThat(cosine(map.values(), i, expected, i, map.channels()))
              .as("patch " + i / map.channels())
              .isGreaterThan(0.999);
        }
      }
    }
  }

  private static double cosine(float[] a, int from, float[] b, int at, int n) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < n; i++) {
      ab += (double) a[from + i] * b[at + i];
      aa += (double) a[from + i] * a[from + i];
      bb += (double) b[at + i] * b[at + i];
    }
    return ab / Math.sqrt(aa * bb);
  }
}
