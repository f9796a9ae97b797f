package dev.vitrine.graph.op;

/** x ± bias outside [−lambd, lambd], 0 inside: drawn towards zero. ONNX Shrink, opset 9. */
public record Shrink(float lambd, float bias) implements Unary {
  @Override
  public double apply(double x) {
    return x < -lambd ? x + bias : x > lambd ? x - bias : 0;
  }
}
