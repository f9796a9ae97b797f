package dev.vitrine.graph.op;

/** The error function 2/√π · ∫₀ˣ exp(−t²) dt. ONNX Erf, opset 13. */
public record Erf() implements Unary {
  @Override
  public double apply(double x) {
    return ErrorFunction.erf(x);
  }
}
