package dev.vitrine.graph;

/** A graph that breaks a rule: wrong types, a cycle, a missing value. Names the node at fault. */
public final class GraphException extends VitrineException {
  private static final long serialVersionUID = 1L;

  public GraphException(String message) {
    super(message);
  }

  public GraphException(String message, Throwable cause) {
    super(message, cause);
  }
}
