package dev.vitrine.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.vitrine.engine.generated.JpegKernels;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JpegTransformTest {
  private static final int BLOCKS = 5;

  /** Coefficients of any size: sums that leave 32 bits wrap alike, levels are limited alike. */
  @Test
  void generatedCodeAsPlainLoops() {
    try (JpegKernels kernels = JpegKernels.open(8 * BLOCKS)) {
      assumeThat(kernels).as("generated code").isNotNull();
      for (int seed = 0; seed < 200; seed++) {
        Random random = new Random(seed);
        short[] in = new short[64 * BLOCKS];
        int some = 1 + random.nextInt(64);
        for (int i = 0; i < in.length; i++) {
          in[i] = (short) (i % 64 < some ? random.nextInt() >> 16 + random.nextInt(16) : 0);
        }
        int[] factors = random.ints(64, 1, seed % 4 == 0 ? 65536 : 60).toArray();
        int stride = 8 * BLOCKS + 3;
        byte[] expected = new byte[8 * stride];
        for (int b = 0; b < BLOCKS; b++) {
          JpegTransform.inverse(in, 64 * b, factors, expected, 8 * b, stride);
        }
        byte[] actual = new byte[8 * stride];
        kernels.transform(in, 0, BLOCKS, factors, actual, 0, stride);
        assertThat(actual).as("seed %d", seed).isEqualTo(expected);
      }
    }
  }
}
