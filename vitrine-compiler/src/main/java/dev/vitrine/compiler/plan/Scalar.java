package dev.vitrine.compiler.plan;

import java.util.Locale;

/** A function of numbers, one of each input: what an elementwise step computes at every place. */
public sealed interface Scalar {
  /** The element of input {@code index}. */
  record Input(int index) implements Scalar {
    @Override
    public String toString() {
      return "x" + index;
    }
  }

  record Constant(float value) implements Scalar {
    @Override
    public String toString() {
      return Float.toString(value);
    }
  }

  record Unary(Function function, Scalar x) implements Scalar {
    @Override
    public String toString() {
      return function.text() + "(" + x + ")";
    }
  }

  record Binary(Operator operator, Scalar a, Scalar b) implements Scalar {
    @Override
    public String toString() {
      return switch (operator) {
        case ADD -> "(" + a + " + " + b + ")";
        case SUB -> "(" + a + " - " + b + ")";
        case MUL -> "(" + a + " · " + b + ")";
        case DIV -> "(" + a + " / " + b + ")";
        case MIN, MAX, POW -> operator.name().toLowerCase(Locale.ROOT) + "(" + a + ", " + b + ")";
      };
    }
  }

  /** Operators on two numbers; MIN and MAX give NaN where either is. */
  enum Operator {
    ADD,
    SUB,
    MUL,
    DIV,
    MIN,
    MAX,
    POW;

    public double apply(double a, double b) {
      return switch (this) {
        case ADD -> a + b;
        case SUB -> a - b;
        case MUL -> a * b;
        case DIV -> a / b;
        case MIN -> Math.min(a, b);
        case MAX -> Math.max(a, b);
        case POW -> Math.pow(a, b);
      };
    }
  }

  /** The number of operators and functions in it. */
  default int operations() {
    return switch (this) {
      case Input _, Constant _ -> 0;
      case Unary u -> 1 + u.x().operations();
      case Binary b -> 1 + b.a().operations() + b.b().operations();
    };
  }

  /** The value for those inputs, computed in double. */
  default double apply(double... inputs) {
    return switch (this) {
      case Input i -> inputs[i.index()];
      case Constant c -> c.value();
      case Unary u -> u.function().apply(u.x().apply(inputs));
      case Binary b -> b.operator().apply(b.a().apply(inputs), b.b().apply(inputs));
    };
  }

  /** The function of one input. */
  static Scalar of(Function f) {
    return new Unary(f, new Input(0));
  }
}
