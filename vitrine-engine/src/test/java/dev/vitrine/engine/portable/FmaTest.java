package dev.vitrine.engine.portable;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FmaTest {
  /** Also where the sum lies halfway between two floats but for bits that a double loses. */
  @Test
  void roundsOnce() {
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      float a = (float) random.nextGaussian();
      float b = (float) Math.scalb(random.nextGaussian(), random.nextInt(60) - 30);
      float c = (float) Math.scalb(random.nextGaussian(), random.nextInt(120) - 60);
      check(a, b, c);
      check(a, 1 + Math.ulp(1f), Math.scalb(a, 24 + random.nextInt(40)));
    }
    check(1 + 0x1p-12f, 1 + 0x1p-12f, 0x1p-60f);
    check(1 + 0x1p-12f, 1 + 0x1p-12f, -0x1p-60f);
    check(0, 3, -0f);
    check(2, 3, -6);
  }

  private static void check(float a, float b, float c) {
    assertThat(Fma.roundedOnce(a, b, c)).as("%s, %s, %s", a, b, c).isEqualTo(Math.fma(a, b, c));
  }
}
