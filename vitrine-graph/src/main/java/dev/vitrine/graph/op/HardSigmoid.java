package dev.vitrine.graph.op;

/** min(1, max(0, alpha · x + beta)). ONNX HardSigmoid, opset 22. */
public record HardSigmoid(float alpha, float beta) implements Unary {
  @Override
  public double apply(double x) {
    return Math.clamp(alpha * x + beta, 0, 1);
  }
}
