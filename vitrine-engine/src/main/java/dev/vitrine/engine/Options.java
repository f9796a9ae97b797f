package dev.vitrine.engine;

import dev.vitrine.graph.VitrineException;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a session is made. Immutable; each method of one argument gives a changed copy.
 *
 * @param outputs the outputs wanted, in order; empty for the model's default ones
 * @param threads the most threads that one run uses, the caller's included
 * @param tier what may be used of the machine
 * @param precision of products with constant weights
 * @param warnings gets a line for what works but slowly or not as asked
 */
public record Options(
    List<String> outputs, int threads, Tier tier, Precision precision, Consumer<String> warnings) {
  public Options {
    outputs = List.copyOf(outputs);
    if (threads < 1 || threads > 1024) {
      throw new VitrineException(
          "the number of threads is " + threads + "; it goes from 1 to 1024");
    }
  }

  /** All processors, the best tier, the model's default outputs, warnings to the system's log. */
  public static Options defaults() {
    return new Options(
        List.of(),
        Runtime.getRuntime().availableProcessors(),
        Tier.AUTO,
        Precision.AUTO,
        line -> System.getLogger("dev.vitrine").log(System.Logger.Level.WARNING, line));
  }

  public Options outputs(String... names) {
    return outputs(List.of(names));
  }

  public Options outputs(List<String> names) {
    return new Options(names, threads, tier, precision, warnings);
  }

  public Options threads(int n) {
    return new Options(outputs, n, tier, precision, warnings);
  }

  public Options tier(Tier limit) {
    return new Options(outputs, threads, limit, precision, warnings);
  }

  public Options precision(Precision to) {
    return new Options(outputs, threads, tier, to, warnings);
  }

  public Options warnings(Consumer<String> to) {
    return new Options(outputs, threads, tier, precision, to);
  }

  /** What {@link #tier()} comes to on this machine: the name of the tier that sessions run on. */
  public String tierHere() {
    return Binder.tier(this);
  }
}
