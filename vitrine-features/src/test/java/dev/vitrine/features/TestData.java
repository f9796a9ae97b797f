package dev.vitrine.features;

import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import dev.vitrine.vision.image.ImageWriter;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Where the tests' files are, and pictures to test with. */
public final class TestData {
  private static final Path ROOT = Path.of(System.getProperty("vitrine.root"));

  /** A model of the smallest size, in two blocks. */
  public static final Path TINY = path("testdata", "tiny", "dinov2");

  private TestData() {}

  public static Path path(String first, String... more) {
    return ROOT.resolve(Path.of(first, more));
  }

  public static Image example(String name) {
    return ImageReader.read(path("examples", name));
  }

  /** A picture of soft blobs, another for each seed. */
  public static Image blobs(int height, int width, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] wave = random.doubles(12, 0.02, 0.3).toArray();
    byte[] pixels = new byte[height * width * 3];
    for (int i = 0; i < pixels.length; i++) {
      int c = i % 3;
      int x = i / 3 % width;
      int y = i / 3 / width;
      double v =
          Math.sin(wave[c] * x + wave[c + 3] * y) + Math.sin(wave[c + 6] * y - wave[c + 9] * x);
      pixels[i] = (byte) Math.clamp(Math.round(127.5 + 60 * v), 0, 255);
    }
    return Image.rgb(height, width, pixels);
  }

  /** Writes {@link #blobs} to a file of that name. */
  public static Path write(Path folder, String name, long seed) {
    return ImageWriter.write(blobs(40, 50, seed), folder.resolve(name));
  }
}
