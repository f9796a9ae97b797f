package dev.vitrine.engine.portable;

import static dev.vitrine.engine.portable.Fma.fma;

import dev.vitrine.compiler.plan.Function;
import java.lang.foreign.MemorySegment;

/**
 * Functions on the first n elements of an array, in place. Absolute errors are below 5e-7, relative
 * errors of the exponential below 4e-7 where the result is a normal number; smaller results are 0.
 */
final class Functions {
  private static final float LOG2_E = 1.44269504f;
  // ln 2 in two parts, the first with so few bits that its product by an exponent is exact.
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  // Adding and subtracting this rounds a small float to a whole number.
  private static final float ROUND = 12582912f;
  private static final float SQRT_HALF = 0.70710678f;

  private int[] bits = new int[0];
  private float[] powers = new float[0];
  private float[] copy = new float[0];
  private MemorySegment bitsMemory;
  private MemorySegment powersMemory;

  /** Makes room for arrays of that length. */
  void reserve(int n) {
    if (bits.length < n) {
      bits = new int[n];
      powers = new float[n];
      copy = new float[n];
      bitsMemory = MemorySegment.ofArray(bits);
      powersMemory = MemorySegment.ofArray(powers);
    }
  }

  void apply(Function f, float[] x, int n) {
    switch (f) {
      case EXP -> exp(x, n);
      case ABS -> abs(x, n);
      case NEG -> negate(x, n);
      case SQUARE -> multiply(x, x, n);
      case SQRT -> sqrt(x, n);
      case RECIPROCAL -> reciprocal(x, n);
      case RELU -> relu(x, n);
      case ERF -> erf(x, n);
      case TANH -> tanh(x, n);
      case GELU -> gelu(x, n);
      case GELU_TANH -> geluTanh(x, n);
      case SIGMOID -> sigmoid(x, n, 1);
      case SILU -> gated(x, n, 1);
      case QUICK_GELU -> gated(x, n, 1.702f);
      case LOG, FLOOR, CEIL, ROUND, SIN, COS -> {
        for (int i = 0; i < n; i++) {
          x[i] = (float) f.apply(x[i]);
        }
      }
    }
  }

  /**
   * eˣ = 2ᵏ · eʳ with k whole and |r| ≤ ½·ln 2; eʳ by its Taylor polynomial. The bits of 2ᵏ⁻¹ are
   * made as integers and copied into floats, since the compiler doesn't vectorise a change of type
   * inside a loop; the exponent is one less so that 2¹²⁸ overflows only when the product does.
   */
  void exp(float[] x, int n) {
    reserve(n);
    expParts(x, bits, n);
    MemorySegment.copy(bitsMemory, 0, powersMemory, 0, 4L * n);
    multiply(x, powers, n);
  }

  private static void expParts(float[] x, int[] bits, int n) {
    for (int i = 0; i < n; i++) {
      float v = Math.min(89.5f, Math.max(-87.6f, x[i]));
      float k = fma(v, LOG2_E, ROUND) - ROUND;
      float r = fma(k, -LN2_LOW, fma(k, -LN2_HIGH, v));
      bits[i] = ((int) k + 126) << 23;
      float p = fma(r, 1 / 720f, 1 / 120f);
      p = fma(p, r, 1 / 24f);
      p = fma(p, r, 1 / 6f);
      p = fma(p, r, 0.5f);
      p = fma(p, r, 1f);
      x[i] = fma(p, r, 1f) * 2f;
    }
  }

  private void sigmoid(float[] x, int n, float scale) {
    for (int i = 0; i < n; i++) {
      x[i] *= -scale;
    }
    exp(x, n);
    for (int i = 0; i < n; i++) {
      x[i] = 1f / (1f + x[i]);
    }
  }

  /** x · sigmoid(scale · x). */
  private void gated(float[] x, int n, float scale) {
    reserve(n);
    System.arraycopy(x, 0, copy, 0, n);
    sigmoid(x, n, scale);
    multiply(x, copy, n);
  }

  static void gelu(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      float v = x[i];
      x[i] = 0.5f * v * (1f + erf(v * SQRT_HALF));
    }
  }

  static void erf(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = erf(x[i]);
    }
  }

  /** A rational function fitted to erf on ±3.9; beyond it erf is ±1 to within a float. */
  private static float erf(float x) {
    float v = Math.min(3.9f, Math.max(-3.9f, x));
    float y = v * v;
    float p = fma(y, 2.0527534e-6f, 2.8712072e-4f);
    p = fma(p, y, 3.8228508e-3f);
    p = fma(p, y, 5.2924491e-2f);
    p = fma(p, y, 0.19161631f);
    p = fma(p, y, 1.1283791f);
    float q = fma(y, 3.8237333e-5f, 1.1782731e-3f);
    q = fma(q, y, 1.5081496e-2f);
    q = fma(q, y, 0.11462428f);
    q = fma(q, y, 0.50314748f);
    q = fma(q, y, 1f);
    return v * p / q;
  }

  static void geluTanh(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      float v = x[i];
      x[i] = 0.5f * v * (1f + tanh(0.7978845608f * fma(0.044715f * v, v * v, v)));
    }
  }

  static void tanh(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = tanh(x[i]);
    }
  }

  /** A rational function fitted to tanh on ±8.5; beyond it tanh is ±1 to within a float. */
  private static float tanh(float x) {
    float v = Math.min(8.5f, Math.max(-8.5f, x));
    float y = v * v;
    float p = fma(y, 1.4268975e-8f, 2.1250858e-5f);
    p = fma(p, y, 3.5340155e-3f);
    p = fma(p, y, 0.13413237f);
    p = fma(p, y, 1f);
    float q = fma(y, 8.1450190e-7f, 3.3488462e-4f);
    q = fma(q, y, 2.6022708e-2f);
    q = fma(q, y, 0.46746561f);
    q = fma(q, y, 1f);
    return v * p / q;
  }

  private static void relu(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.max(x[i], 0f);
    }
  }

  private static void abs(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.abs(x[i]);
    }
  }

  private static void negate(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = -x[i];
    }
  }

  private static void sqrt(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = (float) Math.sqrt(x[i]);
    }
  }

  private static void reciprocal(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = 1f / x[i];
    }
  }

  private static void multiply(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] *= y[i];
    }
  }
}
