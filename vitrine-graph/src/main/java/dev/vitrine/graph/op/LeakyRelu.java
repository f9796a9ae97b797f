package dev.vitrine.graph.op;

/** x where it is not negative, else alpha · x. ONNX LeakyRelu, opset 16. */
public record LeakyRelu(float alpha) implements Unary {
  @Override
  public double apply(double x) {
    return x < 0 ? alpha * x : x;
  }
}
