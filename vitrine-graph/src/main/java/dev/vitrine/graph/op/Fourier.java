package dev.vitrine.graph.op;

/** Discrete Fourier transforms by their definition. */
final class Fourier {
  private Fourier() {}

  /**
   * Σ x[n] · e^(∓2πi·k·n/length) for k = 0…count − 1.
   *
   * @param re real parts of x, as many as there are; more than {@code length} are cut off
   * @param im imaginary parts
   * @param inverse whether to turn the other way and divide by the length
   * @return real and imaginary parts
   */
  static double[][] transform(double[] re, double[] im, int length, int count, boolean inverse) {
    double[] cos = new double[length];
    double[] sin = new double[length];
    for (int i = 0; i < length; i++) {
      cos[i] = Math.cos(2 * Math.PI * i / length);
      sin[i] = Math.sin(2 * Math.PI * i / length) * (inverse ? 1 : -1);
    }
    double[][] out = new double[2][count];
    for (int k = 0; k < count; k++) {
      for (int n = 0; n < Math.min(length, re.length); n++) {
        int turn = (int) ((long) k * n % length);
        out[0][k] += re[n] * cos[turn] - im[n] * sin[turn];
        out[1][k] += re[n] * sin[turn] + im[n] * cos[turn];
      }
      out[0][k] /= inverse ? length : 1;
      out[1][k] /= inverse ? length : 1;
    }
    return out;
  }
}
