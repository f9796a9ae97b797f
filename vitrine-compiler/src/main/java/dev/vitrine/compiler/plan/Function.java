package dev.vitrine.compiler.plan;

import dev.vitrine.compiler.fused.Activation;
import java.util.Locale;

/** Functions of one number that elementwise steps are made of. */
public enum Function {
  ABS,
  NEG,
  SQUARE,
  SQRT,
  RECIPROCAL,
  EXP,
  LOG,
  ERF,
  TANH,
  SIGMOID,
  RELU,
  /** x · ½ · (1 + erf(x/√2)). */
  GELU,
  /** x · ½ · (1 + tanh(√(2/π) · (x + 0.044715·x³))). */
  GELU_TANH,
  /** x · sigmoid(x). */
  SILU,
  /** x · sigmoid(1.702·x). */
  QUICK_GELU,
  FLOOR,
  CEIL,
  ROUND,
  SIN,
  COS;

  /** The function of that activation; null for none. */
  public static Function of(Activation activation) {
    return activation == Activation.NONE ? null : valueOf(activation.name());
  }

  /** The value, computed in double. */
  public double apply(double x) {
    return switch (this) {
      case ABS -> Math.abs(x);
      case NEG -> -x;
      case SQUARE -> x * x;
      case SQRT -> Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      // erf(x) = 2·gelu(√2·x)/(√2·x) − 1
      case ERF -> x == 0 ? x : Activation.GELU.apply(x * Math.sqrt(2)) * Math.sqrt(2) / x - 1;
      case TANH -> Math.tanh(x);
      case FLOOR -> Math.floor(x);
      case CEIL -> Math.ceil(x);
      case ROUND -> Math.rint(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case SIGMOID, RELU, GELU, GELU_TANH, SILU, QUICK_GELU -> Activation.valueOf(name()).apply(x);
    };
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
