package dev.vitrine.engine;

import dev.vitrine.graph.VitrineException;
import java.util.Locale;

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
    return Choices.parse("stage", text, values(), Stage::text);
  }
}
