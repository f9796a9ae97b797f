package dev.vitrine.compiler.fused;

import dev.vitrine.graph.op.Gelu;

/** Functions of one number that a fused operation applies to its result. */
public enum Activation {
  NONE,
  RELU,
  /** x · ½ · (1 + erf(x/√2)). */
  GELU,
  /** x · ½ · (1 + tanh(√(2/π) · (x + 0.044715·x³))). */
  GELU_TANH,
  /** x · sigmoid(x). */
  SILU,
  SIGMOID,
  /** x · sigmoid(1.702·x). */
  QUICK_GELU;

  private static final Gelu ERF_GELU = new Gelu(Gelu.Approximation.NONE);
  private static final Gelu TANH_GELU = new Gelu(Gelu.Approximation.TANH);

  public double apply(double x) {
    return switch (this) {
      case NONE -> x;
      case RELU -> x > 0 || Double.isNaN(x) ? x : 0;
      case GELU -> ERF_GELU.apply(x);
      case GELU_TANH -> TANH_GELU.apply(x);
      case SILU -> x * sigmoid(x);
      case SIGMOID -> sigmoid(x);
      case QUICK_GELU -> x * sigmoid(1.702 * x);
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
