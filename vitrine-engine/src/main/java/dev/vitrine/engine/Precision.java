package dev.vitrine.engine;

import dev.vitrine.graph.VitrineException;
import java.util.Locale;

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
    return Choices.parse("precision", text, values(), Precision::text);
  }
}
