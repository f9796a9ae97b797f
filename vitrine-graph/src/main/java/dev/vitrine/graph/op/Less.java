package dev.vitrine.graph.op;

/** Whether a &lt; b, broadcast. ONNX Less, opset 13. */
public record Less() implements Comparison {
  @Override
  public boolean holds(int order) {
    return order < 0;
  }
}
