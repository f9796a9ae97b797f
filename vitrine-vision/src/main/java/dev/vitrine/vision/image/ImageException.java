package dev.vitrine.vision.image;

import dev.vitrine.graph.VitrineException;

/** A picture that can't be read, made or written. The message names it, the fault and a remedy. */
public final class ImageException extends VitrineException {
  private static final long serialVersionUID = 1L;

  public ImageException(String message) {
    super(message);
  }

  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
