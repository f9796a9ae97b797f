package dev.vitrine.graph.op;

/** The error function to the precision of double. */
final class ErrorFunction {
  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

  private ErrorFunction() {}

  static double erf(double x) {
    return Math.abs(x) < 2 ? series(x) : Math.copySign(1 - tail(Math.abs(x)), x);
  }

  /** 1 − erf(x), without cancellation for large x. */
  static double erfc(double x) {
    return x < 2 ? 1 - erf(x) : tail(x);
  }

  /** 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ ÷ (1·3·5⋯(2n + 1)): all terms of one sign. */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_ROOT_PI * Math.exp(-x * x) * sum;
  }

  /** e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 1½/(x + …)))): Laplace's continued fraction, for x ≥ 2. */
  private static double tail(double x) {
    if (x > 28 || Double.isNaN(x)) {
      return Double.isNaN(x) ? x : 0;
    }
    double fraction = x;
    for (int n = 60; n > 0; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
}
