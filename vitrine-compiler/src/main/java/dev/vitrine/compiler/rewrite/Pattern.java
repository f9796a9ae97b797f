package dev.vitrine.compiler.rewrite;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Mul;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * What a value must look like: a tree of operations down to values that the rule takes as they are.
 * A pattern object is also the key under which {@link Match} gives what it stood for; where one
 * object occurs twice, both must be the same value. All alternatives are tried.
 */
public abstract class Pattern {
  private Pattern() {}

  /** Matches {@code v} and then whatever {@code rest} stands for; undoes its bindings otherwise. */
  abstract boolean match(Value v, Bindings b, BooleanSupplier rest);

  /** False when a node of that kind can't be the root. */
  boolean mayStartAt(Op op) {
    return true;
  }

  /** This pattern, for values that pass the test as well. */
  public final Pattern where(Predicate<Value> test) {
    Pattern inner = this;
    return new Pattern() {
      @Override
      boolean match(Value v, Bindings b, BooleanSupplier rest) {
        return inner.match(v, b, () -> v != null && test.test(v) && b.bind(this, v, rest));
      }

      @Override
      boolean mayStartAt(Op op) {
        return inner.mayStartAt(op);
      }
    };
  }

  /** Any value. */
  public static Pattern any() {
    return new Pattern() {
      @Override
      boolean match(Value v, Bindings b, BooleanSupplier rest) {
        return v != null && b.bind(this, v, rest);
      }
    };
  }

  /** An optional input that is not there. */
  public static Pattern absent() {
    return new Pattern() {
      @Override
      boolean match(Value v, Bindings b, BooleanSupplier rest) {
        return v == null && rest.getAsBoolean();
      }
    };
  }

  public static Pattern constant() {
    return any().where(Value::isConstant);
  }

  /** A constant of one element with that value, to the precision of its type. */
  public static Pattern scalar(double value) {
    return any().where(v -> isScalar(v, value));
  }

  /** Whether a value is a constant of one element, equal to that to the precision of its type. */
  public static boolean isScalar(Value v, double value) {
    if (!v.isConstant() || v.constant().count() != 1) {
      return false;
    }
    Tensor t = v.constant();
    return Math.abs(t.real(0) - value) <= precision(t.dtype()) * Math.abs(value);
  }

  private static double precision(DType t) {
    return switch (t) {
      case F32, F64 -> 1e-6;
      case F16 -> 1e-3;
      case BF16 -> 8e-3;
      default -> 0;
    };
  }

  /** A node of one of the given kinds (of any kind when none is given), whatever its inputs. */
  @SafeVarargs
  public static Pattern node(Class<? extends Op>... kinds) {
    return new Pattern() {
      @Override
      boolean match(Value v, Bindings b, BooleanSupplier rest) {
        return v != null
            && v.producer() != null
            && mayStartAt(v.producer().op())
            && b.bindInner(this, v, rest);
      }

      @Override
      boolean mayStartAt(Op op) {
        return kinds.length == 0 || Arrays.stream(kinds).anyMatch(k -> k.isInstance(op));
      }
    };
  }

  /** A node of that kind; its first inputs match those patterns, further ones are not looked at. */
  public static Pattern op(Class<? extends Op> kind, Pattern... inputs) {
    return new Apply(kind, List.of(List.of(inputs)));
  }

  /** A node of that kind with two inputs in either order. */
  public static Pattern commutative(Class<? extends Op> kind, Pattern a, Pattern b) {
    return new Apply(kind, List.of(List.of(a, b), List.of(b, a)));
  }

  /** A sum of those terms, in any order and association. */
  public static Pattern sum(Pattern... terms) {
    return new Chain(Add.class, List.of(terms));
  }

  /** A product of those factors, in any order and association. */
  public static Pattern product(Pattern... factors) {
    return new Chain(Mul.class, List.of(factors));
  }

  /** A value times a number, written as a product or as a division by the number's reciprocal. */
  public static Pattern scaled(Pattern x, double by) {
    return oneOf(product(x, scalar(by)), op(Div.class, x, scalar(1 / by)));
  }

  /** The first alternative that lets the whole match succeed. */
  public static Pattern oneOf(Pattern... alternatives) {
    return new Pattern() {
      @Override
      boolean match(Value v, Bindings b, BooleanSupplier rest) {
        for (Pattern p : alternatives) {
          if (p.match(v, b, () -> b.bind(this, v, rest))) {
            return true;
          }
        }
        return false;
      }

      @Override
      boolean mayStartAt(Op op) {
        return Arrays.stream(alternatives).anyMatch(p -> p.mayStartAt(op));
      }
    };
  }

  /** A node of a kind with its inputs in one of several arrangements. */
  private static final class Apply extends Pattern {
    private final Class<? extends Op> kind;
    private final List<List<Pattern>> arrangements;

    Apply(Class<? extends Op> kind, List<List<Pattern>> arrangements) {
      this.kind = kind;
      this.arrangements = arrangements;
    }

    @Override
    boolean mayStartAt(Op op) {
      return kind.isInstance(op);
    }

    @Override
    boolean match(Value v, Bindings b, BooleanSupplier rest) {
      if (v == null || v.producer() == null || !kind.isInstance(v.producer().op())) {
        return false;
      }
      return b.bindInner(
          this,
          v,
          () ->
              arrangements.stream()
                  .anyMatch(inputs -> matchFrom(0, inputs, v.producer(), b, rest)));
    }

    private boolean matchFrom(
        int i, List<Pattern> inputs, Node n, Bindings b, BooleanSupplier rest) {
      return i == inputs.size()
          ? rest.getAsBoolean()
          : inputs.get(i).match(n.input(i), b, () -> matchFrom(i + 1, inputs, n, b, rest));
    }
  }

  /** Terms under an associative and commutative operation: every split of them over a tree. */
  private static final class Chain extends Pattern {
    private final Class<? extends Op> kind;
    private final List<Pattern> terms;

    Chain(Class<? extends Op> kind, List<Pattern> terms) {
      this.kind = kind;
      this.terms = terms;
    }

    @Override
    boolean mayStartAt(Op op) {
      return kind.isInstance(op);
    }

    @Override
    boolean match(Value v, Bindings b, BooleanSupplier rest) {
      return match((1 << terms.size()) - 1, v, b, () -> b.bind(this, v, rest));
    }

    private boolean match(int set, Value v, Bindings b, BooleanSupplier rest) {
      if (Integer.bitCount(set) == 1) {
        return terms.get(Integer.numberOfTrailingZeros(set)).match(v, b, rest);
      }
      if (v == null || v.producer() == null || !kind.isInstance(v.producer().op())) {
        return false;
      }
      Node n = v.producer();
      for (int part = (set - 1) & set; part > 0; part = (part - 1) & set) {
        int left = part;
        if (b.enter(
            v, () -> match(left, n.input(0), b, () -> match(set & ~left, n.input(1), b, rest)))) {
          return true;
        }
      }
      return false;
    }
  }
}
