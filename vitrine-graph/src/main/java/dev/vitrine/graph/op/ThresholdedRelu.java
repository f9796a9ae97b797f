package dev.vitrine.graph.op;

/** x where it is above alpha, else 0. ONNX ThresholdedRelu, opset 22. */
public record ThresholdedRelu(float alpha) implements Unary {
  @Override
  public double apply(double x) {
    return x > alpha ? x : 0;
  }
}
