package dev.vitrine.graph.op;

/** Whether a ≥ b, broadcast. ONNX GreaterOrEqual, opset 16. */
public record GreaterOrEqual() implements Comparison {
  @Override
  public boolean holds(int order) {
    return order >= 0;
  }
}
