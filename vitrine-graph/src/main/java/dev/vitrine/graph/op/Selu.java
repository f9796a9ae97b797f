package dev.vitrine.graph.op;

/** gamma · x where x is positive, else gamma · alpha · (eˣ − 1). ONNX Selu, opset 22. */
public record Selu(float alpha, float gamma) implements Unary {
  @Override
  public double apply(double x) {
    return gamma * (x > 0 ? x : alpha * Math.expm1(x));
  }
}
