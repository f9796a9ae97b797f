package dev.vitrine.vision.image;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged files of every format: a picture or the format's own error, nothing else. */
class ImageFuzzTest {
  private static final int MUTATIONS = 6000;

  @Test
  void mutations() throws IOException {
    List<DecodeTest.Case> seeds = DecodeTest.cases().toList();
    for (int seed = 0; seed < MUTATIONS; seed++) {
      Random random = new Random(seed);
      DecodeTest.Case source = seeds.get(seed % seeds.size());
      byte[] file = mutate(source.file().clone(), random);
      assertThatCode(
              () -> {
                try {
                  ImageReader.read(file, source.name(), 1 << 20);
                } catch (VitrineException e) {
                  if (e.getMessage().lines().count() != 1
                      || !e.getMessage().startsWith(source.name())) {
                    throw new AssertionError("message: " + e.getMessage(), e);
                  }
                }
              })
          .as("seed " + seed + ", " + source)
          .doesNotThrowAnyException();
    }
  }

  private static byte[] mutate(byte[] file, Random random) {
    switch (random.nextInt(4)) {
      case 0 -> {
        return Arrays.copyOf(file, random.nextInt(file.length));
      }
      case 1 -> {
        int from = random.nextInt(file.length);
        int to = Math.min(file.length, from + random.nextInt(40));
        byte[] out = new byte[file.length - to + from];
        System.arraycopy(file, 0, out, 0, from);
        System.arraycopy(file, to, out, from, file.length - to);
        return out;
      }
      default -> {
        for (int n = 1 + random.nextInt(6); n > 0; n--) {
          file[random.nextInt(file.length)] = (byte) random.nextInt(256);
        }
        return file;
      }
    }
  }
}
