package dev.vitrine.engine.gen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.engine.gen.WeightedSum.Arg;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightedSumTest {
  @ParameterizedTest
  @EnumSource
  void sumsTaps(Width width) {
    int seed = 0;
    for (int channels : new int[] {1, 7, 8, 9, 16, 17, 40}) {
      for (int pixels : new int[] {0, 1, 7, 8, 9, 19}) {
        boolean bias = seed % 2 == 0;
        boolean residual = seed % 3 == 0;
        Activation activation = seed % 4 == 0 ? Activation.GELU : Activation.NONE;
        check(
            new WeightedSum(width, seed % 5 < 3, bias, activation, residual),
            channels,
            pixels,
            seed++);
      }
    }
  }

  private static void check(WeightedSum kernel, int channels, int pixels, int seed) {
    Random random = new Random(seed);
    int taps = random.nextInt(4);
    int tables = 1 + random.nextInt(2);
    int padded = Math.ceilDiv(channels, kernel.width().lanes()) * kernel.width().lanes();
    try (Trial trial = new Trial()) {
      int step = 1 + seed % 2;
      var in =
          trial.grid(Math.max(1, step * pixels) + taps, channels, channels + 2).random(random, 2);
      var out = trial.grid(tables * pixels, channels, channels + 3);
      var residual = trial.grid(pixels, channels, channels + 1).random(random, 2);
      var weights = trial.grid(Math.max(1, tables * taps), padded, padded).random(random, 2);
      var bias = trial.grid(1, padded, padded).random(random, 2);
      var table = trial.grid(Math.max(1, tables * taps), 4, 4);
      for (int t = 0; t < tables * taps; t++) {
        long weight =
            kernel.byChannel() ? weights.address(t) : Float.floatToRawIntBits(weights.get(t, 0));
        table.setLong(t, 0, t % Math.max(1, taps) * in.strideBytes());
        table.setLong(t, 2, weight);
      }
      trial.set(Arg.IN, in.address());
      trial.set(Arg.IN_STEP, step * in.strideBytes());
      trial.set(Arg.OUT, out.address());
      trial.set(Arg.OUT_STEP, out.strideBytes());
      trial.set(Arg.RESIDUAL, residual.address());
      trial.set(Arg.RESIDUAL_STEP, residual.strideBytes());
      trial.set(Arg.CHANNELS, channels);
      trial.set(Arg.PIXELS, pixels);
      trial.set(Arg.TABLE, table.address());
      trial.set(Arg.TAPS, taps);
      trial.set(Arg.TABLES, tables);
      trial.set(Arg.OUT_TABLE, pixels * out.strideBytes());
      trial.set(Arg.BIAS, bias.address());
      trial.run(kernel);
      for (int n = 0; n < tables; n++) {
        for (int p = 0; p < pixels; p++) {
          for (int c = 0; c < channels; c++) {
            double sum = kernel.bias() ? bias.get(0, c) : 0;
            for (int t = 0; t < taps; t++) {
              sum +=
                  (double) weights.get(n * taps + t, kernel.byChannel() ? c : 0)
                      * in.get(p * step + t, c);
            }
            sum = kernel.activation().apply(sum) + (kernel.residual() ? residual.get(p, c) : 0);
            assertThat((double) out.get(n * pixels + p, c))
                .as(
                    "%s %d channels %d pixels seed %d at %d, %d",
                    kernel.name(), channels, pixels, seed, p, c)
                .isCloseTo(sum, offset(2e-6));
          }
        }
      }
      out.checkPadding(kernel.name());
    }
  }
}
