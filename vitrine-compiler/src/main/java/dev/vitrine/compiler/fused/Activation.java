package dev.vitrine.compiler.fused;

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

  public double apply(double x) {
    return switch (this) {
      case NONE -> x;
      case RELU -> x > 0 || Double.isNaN(x) ? x : 0;
      case GELU -> 0.5 * x * (1 + erf(x * Math.sqrt(0.5)));
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case SILU -> x * sigmoid(x);
      case SIGMOID -> sigmoid(x);
      case QUICK_GELU -> x * sigmoid(1.702 * x);
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** The error function by its Maclaurin series, and by Lentz's continued fraction where that is long. */
  private static double erf(double x) {
    double a = Math.abs(x);
    if (a < 2.5) {
      double term = x;
      double sum = x;
      for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
        term *= -x * x / n;
        sum += term / (2 * n + 1);
      }
      return 2 / Math.sqrt(Math.PI) * sum;
    }
    if (!(a < 6)) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    double f = a;
    for (int n = 60; n > 0; n--) {
      f = a + n * 0.5 / f;
    }
    return Math.signum(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * f));
  }
}
