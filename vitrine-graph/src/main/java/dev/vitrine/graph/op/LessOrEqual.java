package dev.vitrine.graph.op;

/** Whether a ≤ b, broadcast. ONNX LessOrEqual, opset 16. */
public record LessOrEqual() implements Comparison {
  @Override
  public boolean holds(int order) {
    return order <= 0;
  }
}
