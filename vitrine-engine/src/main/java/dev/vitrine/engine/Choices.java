package dev.vitrine.engine;

import dev.vitrine.graph.VitrineException;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Values that are chosen by name on the command line. */
final class Choices {
  private Choices() {}

  /**
   * The value of that name.
   *
   * @param what what the values are, such as {@code tier}
   * @throws VitrineException when there is none
   */
  static <T> T parse(String what, String text, T[] values, Function<T, String> name) {
    return Arrays.stream(values)
        .filter(v -> name.apply(v).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new VitrineException(
                    "'%s' is no %s; choose from %s"
                        .formatted(
                            text,
                            what,
                            Arrays.stream(values).map(name).collect(Collectors.joining(", ")))));
  }
}
