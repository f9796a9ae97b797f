package dev.vitrine.vision;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** How long the parts of a task take, summed by name in the order of first use. For one thread. */
public final class Phases {
  private final Map<String, Long> nanos = new LinkedHashMap<>();

  /** Does the work and counts its time as that phase's. */
  public <T> T time(String phase, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    add(phase, System.nanoTime() - start);
    return result;
  }

  /** Adds time measured elsewhere. */
  public void add(String phase, long time) {
    nanos.merge(phase, time, Long::sum);
  }

  /** Milliseconds by phase. */
  public Map<String, Double> milliseconds() {
    Map<String, Double> out = new LinkedHashMap<>();
    nanos.forEach((phase, time) -> out.put(phase, time / 1e6));
    return out;
  }

  /** Such as {@code load 48 ms decode 9 ms}. */
  @Override
  public String toString() {
    return nanos.entrySet().stream()
        .map(e -> e.getKey() + " " + Math.round(e.getValue() / 1e6) + " ms")
        .collect(Collectors.joining("   "));
  }
}
