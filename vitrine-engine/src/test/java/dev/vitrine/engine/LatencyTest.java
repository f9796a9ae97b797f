package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyTest {
  @Test
  void countsWhatTheTimesAre() {
    long[] times = LongStream.rangeClosed(1, 200).map(i -> (i * 77 % 201) * 1_000_000).toArray();
    assertThat(Latency.of(times)).isEqualTo(new Latency(1, 100.5, 100.5, 180, 190, 198, 200));
  }

  @Test
  void takesOneRun() {
    assertThat(Latency.of(new long[] {2_000_000})).isEqualTo(new Latency(2, 2, 2, 2, 2, 2, 2));
  }
}
