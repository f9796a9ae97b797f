package dev.vitrine.vision;

import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import java.nio.file.Path;
import java.util.Random;

/** Where the tests' files are, and pictures to test with. */
public final class TestData {
  private static final Path ROOT = Path.of(System.getProperty("vitrine.root"));

  private TestData() {}

  public static Path path(String first, String... more) {
    return ROOT.resolve(Path.of(first, more));
  }

  public static Image example(String name) {
    return ImageReader.read(path("examples", name));
  }

  public static Image noise(int height, int width, int channels, long seed) {
    byte[] pixels = new byte[height * width * channels];
    new Random(seed).nextBytes(pixels);
    return Image.of(height, width, channels, pixels);
  }
}
