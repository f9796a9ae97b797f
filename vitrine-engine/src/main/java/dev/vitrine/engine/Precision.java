package dev.vitrine.engine;

import dev.vitrine.graph.VitrineException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What products with constant weights are computed in. */
public enum Precision {
  /** Floats for a float model; for a quantized one what is faster here. */
  AUTO,
  /** Floats; a quantized model's weights are made floats, its activations not rounded. */
  F32,
  /** Bytes; a float model is quantized when a session is made, without calibration. */
  INT8;

  /** The name on the command line. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws VitrineException when there is no precision of that name
   */
  public static Precision parse(String text) {
    return Arrays.stream(values())
        .filter(p -> p.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new VitrineException(
                    "'"
                        + text
                        + "' is no precision; choose from "
                        + Arrays.stream(values())
                            .map(Precision::text)
                            .collect(Collectors.joining(", "))));
  }
}
