package dev.vitrine.formats.onnx;

import dev.vitrine.graph.VitrineException;

/** Something that an opset can't say. */
final class OpsetException extends VitrineException {
  private static final long serialVersionUID = 1L;

  OpsetException(String message) {
    super(message);
  }
}
