package dev.vitrine.graph.op;

/**
 * x · Φ(x) by the error function, or by tanh when {@code approximate} says so. ONNX Gelu, opset 20.
 */
public record Gelu(Approximation approximate) implements Unary {
  /** ONNX's names of the two forms. */
  public enum Approximation {
    NONE,
    /** ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))). */
    TANH
  }

  @Override
  public double apply(double x) {
    return switch (approximate) {
      case NONE -> 0.5 * x * ErrorFunction.erfc(-x / Math.sqrt(2));
      case TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    };
  }
}
