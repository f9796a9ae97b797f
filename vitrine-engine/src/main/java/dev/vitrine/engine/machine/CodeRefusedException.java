package dev.vitrine.engine.machine;

import dev.vitrine.graph.VitrineException;

/** The system doesn't let this process run code that it made; the portable tier is what is left. */
public final class CodeRefusedException extends VitrineException {
  private static final long serialVersionUID = 1L;

  CodeRefusedException(String message, Throwable cause) {
    super(message, cause);
  }

  CodeRefusedException(String message) {
    super(message);
  }
}
