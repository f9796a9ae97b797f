package dev.vitrine.engine;

import dev.vitrine.graph.VitrineException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a model goes through on its way to a session. */
public enum Stage {
  /** The graph as the file or the family gives it. */
  IMPORTED,
  /** The graph of portable operations that simplification leaves. */
  SIMPLIFIED,
  /** The graph of operations that the engine has steps for. */
  FUSED,
  /** The program, with the kernels of this machine. */
  PLANNED;

  /** The name on the command line. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws VitrineException when there is no stage of that name
   */
  public static Stage parse(String text) {
    return Arrays.stream(values())
        .filter(s -> s.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new VitrineException(
                    "'"
                        + text
                        + "' is no stage; choose from "
                        + Arrays.stream(values())
                            .map(Stage::text)
                            .collect(Collectors.joining(", "))));
  }
}
