package dev.vitrine.formats;

import dev.vitrine.graph.VitrineException;

/**
 * A sound file that needs something Vitrine doesn't have. The message names the file and what it
 * is.
 */
public final class UnsupportedException extends VitrineException {
  private static final long serialVersionUID = 1L;

  public UnsupportedException(String message) {
    super(message);
  }
}
