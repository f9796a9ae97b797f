package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VANDPS;
import static dev.vitrine.engine.asm.Floats.VCMPPS;
import static dev.vitrine.engine.asm.Floats.VDIVPS;
import static dev.vitrine.engine.asm.Floats.VFMADD213PS;
import static dev.vitrine.engine.asm.Floats.VFNMADD231PS;
import static dev.vitrine.engine.asm.Floats.VMAXPS;
import static dev.vitrine.engine.asm.Floats.VMINPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VREDUCEPS;
import static dev.vitrine.engine.asm.Floats.VSCALEFPS;
import static dev.vitrine.engine.asm.Floats.VSQRTPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;
import static dev.vitrine.engine.asm.Floats.VXORPS;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Integers.VPADDD;
import static dev.vitrine.engine.asm.Integers.VPSLLD;
import static dev.vitrine.engine.asm.Moves.VMOVAPS;

import dev.vitrine.compiler.plan.Function;
import dev.vitrine.engine.asm.Assembler;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Vec;

/**
 * Emits functions on vectors, in place; spare registers are overwritten. Absolute errors are below
 * 5e-7, relative errors of the exponentials below 4e-7. NaN stays NaN. All widths give the same
 * bits, but for {@link #exp2}. {@link Mask} 3 is overwritten.
 */
final class VectorMath {
  private static final float LOG2_E = 1.44269504f;
  // ln 2 in two parts, the first with so few bits that its product by an exponent is exact.
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  // Adding this rounds a small float to a whole number, which is then in the sum's lowest bits.
  private static final float ROUND = 12582912f;
  private static final int MANTISSA_BITS = 23;

  // The exponent is added to a float's, which must stay normal. Smaller powers are made 0: numbers
  // that are not normal would slow down whatever is multiplied by them.
  private static final float LEAST = -86.6f;
  private static final float LEAST_POWER = 2.5e-38f;
  private static final float GREATEST = 89f;

  /**
   * Powers of 2 are made 0 so early that they can be multiplied, and cut into parts, without
   * leaving what is normal.
   */
  private static final float LEAST_EXPONENT = -100f;

  private static final float LEAST_POWER_OF_2 = 8e-31f;
  private static final float GREATEST_EXPONENT = 127f;

  /** 2ˣ for |x| ≤ ½: minimax in the relative error, 7.5e-8. */
  private static final float[] POWER = {
    1.0f, 0.693146944f, 0.240221202f, 0.0555071309f, 0.00967554189f, 0.00132764725f
  };

  /** 2ˣ for 0 ≤ x < 1: minimax in the relative error, 7.5e-8. */
  private static final float[] POWER_ABOVE = {
    0.99999994f, 0.693153083f, 0.24015361f, 0.0558263175f, 0.00898934063f, 0.0018775767f
  };

  private static final double ERF_END = 3.65;

  /**
   * erf(z)/z for |z| ≤ {@link #ERF_END} by powers of 2·(z/ERF_END)² − 1: minimax in z times the
   * error, 1.1e-7.
   */
  private static final double[] ERF = {
    0.38735419511795044, -0.19295495748519897, 0.14230769872665405, -0.11326061934232712,
    0.09028083831071854, -0.06929956376552582, 0.0499417744576931, -0.0343889556825161,
    0.023146389052271843, -0.012855605222284794, 0.004920940846204758, -0.003233955940231681,
    0.0032235297840088606, -0.0012092172401025891
  };

  private static final float SQRT_8_OVER_PI = 1.5957691216f;
  private static final float GELU_CUBE = 0.044715f;
  private static final float QUICK = 1.702f;

  private static final Mask NORMAL = Mask.k(3);

  /** The spare registers that {@link #apply} needs at most. */
  static final int SPARE = 3;

  private final Assembler a;
  private final Simd simd;

  VectorMath(Assembler a, Simd simd) {
    this.a = a;
    this.simd = simd;
  }

  /** Whether there is code for the function. */
  static boolean has(Function f) {
    return switch (f) {
      case LOG, SIN, COS -> false;
      default -> true;
    };
  }

  /** x = f(x). */
  void apply(Function f, Vec x, Vec... spare) {
    Vec y = spare[0];
    Vec z = spare[1];
    Vec w = spare[2];
    switch (f) {
      case ABS -> a.emit(VANDPS, x, x, simd.allBits(Integer.MAX_VALUE));
      case NEG -> a.emit(VXORPS, x, x, simd.allBits(Integer.MIN_VALUE));
      case SQUARE -> a.emit(VMULPS, x, x, x);
      case SQRT -> a.emit(VSQRTPS, x, x);
      case RECIPROCAL -> {
        simd.set(y, 1);
        a.emit(VDIVPS, x, y, x);
      }
      case RELU -> {
        simd.zero(y);
        a.emit(VMAXPS, x, y, x);
      }
      case FLOOR -> simd.round(x, x, Simd.DOWN);
      case CEIL -> simd.round(x, x, Simd.UP);
      case ROUND -> simd.round(x, x, Simd.NEAREST);
      case EXP -> exp(x, y, z);
      case ERF -> erf(x, y, z);
      case TANH -> tanh(x, y, z);
      case SIGMOID -> sigmoid(x, y, z);
      case GELU -> gelu(x, y, z, w);
      case GELU_TANH -> geluTanh(x, y, z, w);
      case SILU -> gated(x, 1, y, z, w);
      case QUICK_GELU -> gated(x, QUICK, y, z, w);
      case LOG, SIN, COS -> throw new IllegalArgumentException("there is no code for " + f.text());
    }
  }

  /** 2ˣ; for x above 127 it may be any power from there up to infinity. */
  void exp2(Vec x, Vec n, Vec p) {
    if (simd.width() == Width.AVX512) {
      // The scale instruction rounds down what it scales by, so that is the fraction to take.
      a.emit(VREDUCEPS, n, x, imm(Simd.DOWN));
      polynomial(p, n, POWER_ABOVE);
      a.emit(VCMPPS, NORMAL, x, simd.all(LEAST_EXPONENT), imm(Simd.NOT_LESS));
      a.emit(VSCALEFPS, x.zeroed(NORMAL), p, x);
      return;
    }
    atLeast(x, LEAST_EXPONENT, n);
    atMost(x, GREATEST_EXPONENT, n);
    a.emit(VADDPS, n, x, simd.all(ROUND));
    a.emit(VSUBPS, p, n, simd.all(ROUND));
    a.emit(VSUBPS, x, x, p);
    scaledPower(x, n, p);
    simd.flush(x, LEAST_POWER_OF_2, NORMAL, n);
  }

  /** eˣ. */
  void exp(Vec x, Vec n, Vec p) {
    atLeast(x, LEAST, n);
    atMost(x, GREATEST, n);
    // The exponent is added less 1 and the result doubled, so that what is too large becomes
    // infinite.
    simd.set(n, LOG2_E);
    a.emit(VFMADD213PS, n, x, simd.all(ROUND - 1));
    a.emit(VSUBPS, p, n, simd.all(ROUND - 1));
    a.emit(VFNMADD231PS, x, p, simd.all(LN2_HIGH));
    a.emit(VFNMADD231PS, x, p, simd.all(LN2_LOW));
    a.emit(VMULPS, x, x, simd.all(LOG2_E));
    scaledPower(x, n, p);
    a.emit(VADDPS, x, x, x);
    simd.flush(x, LEAST_POWER, NORMAL, n);
  }

  /** x = 2ˣ times 2 to the whole number in the lowest bits of n. */
  private void scaledPower(Vec x, Vec n, Vec p) {
    polynomial(p, x, POWER);
    a.emit(VPSLLD, n, n, imm(MANTISSA_BITS));
    a.emit(VPADDD, x, p, n);
  }

  private void polynomial(Vec p, Vec x, float[] coefficients) {
    int i = coefficients.length - 1;
    simd.set(p, coefficients[i]);
    while (--i >= 0) {
      a.emit(VFMADD213PS, p, x, simd.all(coefficients[i]));
    }
  }

  private void sigmoid(Vec x, Vec n, Vec p) {
    a.emit(VMULPS, x, x, simd.all(-1f));
    inverseOfOnePlusExp(x, n, p);
  }

  /** 2·sigmoid(2·x) − 1. */
  private void tanh(Vec x, Vec n, Vec p) {
    a.emit(VMULPS, x, x, simd.all(-2f));
    inverseOfOnePlusExp(x, n, p);
    a.emit(VADDPS, x, x, x);
    a.emit(VSUBPS, x, x, simd.all(1f));
  }

  private void erf(Vec x, Vec t, Vec p) {
    erfPolynomial(x, t, p, Math.sqrt(2) / ERF_END, ERF_END / Math.sqrt(2));
    a.emit(VMULPS, x, x, p);
  }

  private void gelu(Vec x, Vec v, Vec t, Vec p) {
    a.emit(VMOVAPS, v, x);
    erfPolynomial(v, t, p, 1 / ERF_END, ERF_END / Math.sqrt(8));
    a.emit(VFMADD213PS, p, v, simd.all(0.5f));
    a.emit(VMULPS, x, x, p);
  }

  /** x = x·in, held to where the polynomial holds; p = the polynomial's value times out. */
  private void erfPolynomial(Vec x, Vec t, Vec p, double in, double out) {
    a.emit(VMULPS, x, x, simd.all((float) in));
    float end = (float) Math.sqrt(2);
    atLeast(x, -end, t);
    atMost(x, end, t);
    a.emit(VMOVAPS, t, x);
    a.emit(VFMADD213PS, t, x, simd.all(-1f));
    float[] scaled = new float[ERF.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (ERF[i] * out);
    }
    polynomial(p, t, scaled);
  }

  /** x·sigmoid(√(8/π)·(x + 0.044715·x³)), which is the form with tanh. */
  private void geluTanh(Vec x, Vec z, Vec n, Vec p) {
    a.emit(VMULPS, z, x, x);
    simd.set(n, -SQRT_8_OVER_PI * GELU_CUBE);
    a.emit(VFMADD213PS, z, n, simd.all(-SQRT_8_OVER_PI));
    a.emit(VMULPS, z, z, x);
    inverseOfOnePlusExp(z, n, p);
    a.emit(VMULPS, x, x, z);
  }

  /** x·sigmoid(scale·x). */
  private void gated(Vec x, float scale, Vec z, Vec n, Vec p) {
    a.emit(VMULPS, z, x, simd.all(-scale));
    inverseOfOnePlusExp(z, n, p);
    a.emit(VMULPS, x, x, z);
  }

  private void inverseOfOnePlusExp(Vec x, Vec n, Vec p) {
    exp(x, n, p);
    a.emit(VADDPS, x, x, simd.all(1f));
    simd.set(n, 1f);
    a.emit(VDIVPS, x, n, x);
  }

  // The number that may be NaN comes last: it is what the instruction gives then.

  private void atLeast(Vec x, float bound, Vec spare) {
    simd.set(spare, bound);
    a.emit(VMAXPS, x, spare, x);
  }

  private void atMost(Vec x, float bound, Vec spare) {
    simd.set(spare, bound);
    a.emit(VMINPS, x, spare, x);
  }
}
