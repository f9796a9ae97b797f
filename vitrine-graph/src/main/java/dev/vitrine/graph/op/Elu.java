package dev.vitrine.graph.op;

/** x where it is not negative, else alpha · (eˣ − 1). ONNX Elu, opset 22. */
public record Elu(float alpha) implements Unary {
  @Override
  public double apply(double x) {
    return x < 0 ? alpha * Math.expm1(x) : x;
  }
}
