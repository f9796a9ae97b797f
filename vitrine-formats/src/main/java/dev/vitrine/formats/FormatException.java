package dev.vitrine.formats;

import dev.vitrine.graph.VitrineException;

/** A file that can't be read as what it should be. The message names the file, the fault and a remedy. */
public final class FormatException extends VitrineException {
  private static final long serialVersionUID = 1L;

  public FormatException(String message) {
    super(message);
  }

  public FormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
