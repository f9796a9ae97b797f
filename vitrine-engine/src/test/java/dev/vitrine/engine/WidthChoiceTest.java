package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.engine.gen.Width;
import dev.vitrine.engine.machine.Machine;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WidthChoiceTest {
  private static final List<Width> BOTH = List.of(Width.AVX512, Width.AVX2);

  @Test
  void widerVectorsMustGain() {
    assertThat(WidthChoice.choose(BOTH, new double[] {150, 80})).isEqualTo(Width.AVX512);
    assertThat(WidthChoice.choose(BOTH, new double[] {81, 80})).isEqualTo(Width.AVX2);
    assertThat(WidthChoice.choose(BOTH, new double[] {60, 80})).isEqualTo(Width.AVX2);
    assertThat(WidthChoice.choose(List.of(Width.AVX2), new double[] {80})).isEqualTo(Width.AVX2);
  }

  @Test
  void choosesOncePerProcess() {
    List<Width> widths =
        Stream.of(Width.AVX512, Width.AVX2)
            .filter(w -> Machine.host().sets().containsAll(w.sets()))
            .toList();
    if (!widths.isEmpty()) {
      assertThat(WidthChoice.best(widths)).isEqualTo(WidthChoice.best(widths)).isIn(widths);
    }
  }
}
