package dev.vitrine.compiler.plan;

import static dev.vitrine.compiler.plan.Scalar.Operator.ADD;
import static dev.vitrine.compiler.plan.Scalar.Operator.DIV;
import static dev.vitrine.compiler.plan.Scalar.Operator.MAX;
import static dev.vitrine.compiler.plan.Scalar.Operator.MIN;
import static dev.vitrine.compiler.plan.Scalar.Operator.MUL;
import static dev.vitrine.compiler.plan.Scalar.Operator.POW;
import static dev.vitrine.compiler.plan.Scalar.Operator.SUB;

import dev.vitrine.compiler.fused.FakeQuantize;
import dev.vitrine.compiler.fused.Gate;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Abs;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.BatchNormalization;
import dev.vitrine.graph.op.Ceil;
import dev.vitrine.graph.op.Clip;
import dev.vitrine.graph.op.Cos;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Elu;
import dev.vitrine.graph.op.Erf;
import dev.vitrine.graph.op.Exp;
import dev.vitrine.graph.op.Floor;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.HardSigmoid;
import dev.vitrine.graph.op.HardSwish;
import dev.vitrine.graph.op.LeakyRelu;
import dev.vitrine.graph.op.Log;
import dev.vitrine.graph.op.Max;
import dev.vitrine.graph.op.Mean;
import dev.vitrine.graph.op.Min;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Neg;
import dev.vitrine.graph.op.PRelu;
import dev.vitrine.graph.op.Pow;
import dev.vitrine.graph.op.Reciprocal;
import dev.vitrine.graph.op.Relu;
import dev.vitrine.graph.op.Round;
import dev.vitrine.graph.op.Sigmoid;
import dev.vitrine.graph.op.Sin;
import dev.vitrine.graph.op.Softplus;
import dev.vitrine.graph.op.Sqrt;
import dev.vitrine.graph.op.Sub;
import dev.vitrine.graph.op.Sum;
import dev.vitrine.graph.op.Swish;
import dev.vitrine.graph.op.Tanh;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Element-wise operations. One that is read only by another of the same shape becomes a part of
 * that one's step.
 */
final class Arithmetic implements Lowering {
  private static final int LONGEST = 24;

  /** A function with the views that its inputs come from, all of the result's sizes. */
  private record Chain(Scalar function, List<View> inputs) {}

  private final Values values;
  private final Map<Value, Chain> chains = new HashMap<>();

  Arithmetic(Values values) {
    this.values = values;
  }

  @Override
  public boolean lower(Node n) {
    if (!n.inputs().stream().allMatch(v -> v == null || Values.isF32(v) || isScalar(v))
        || n.outputs().isEmpty()
        || !Values.isF32(n.output())) {
      return false;
    }
    Value out = n.output();
    List<View> inputs = new ArrayList<>();
    Scalar f = n.op() instanceof Gate g ? gate(n, g, inputs) : function(n, inputs);
    if (f == null) {
      return false;
    }
    Chain chain = new Chain(f, inputs);
    if (continues(out, f)) {
      chains.put(out, chain);
      values.defineLater(out, () -> emit(out, chains.remove(out)));
    } else {
      values.define(out, emit(out, chain));
    }
    return true;
  }

  /** Whether the value is read once, by an element-wise operation of its own shape. */
  private boolean continues(Value out, Scalar f) {
    if (!values.graph().usedOnce(out) || f.operations() > LONGEST) {
      return false;
    }
    Node user = out.users().getFirst();
    return isElementwise(user.op()) && user.output().shape().equals(out.shape());
  }

  private View emit(Value out, Chain chain) {
    View model = chain.inputs.stream().filter(v -> !v.isRepeated()).findFirst().orElse(null);
    View to = model == null ? values.allocate(out) : values.allocateLike(out, model);
    values.add(new Step.Elementwise(chain.function, chain.inputs, to));
    return to;
  }

  private Scalar gate(Node n, Gate g, List<View> inputs) {
    View x = values.view(n.input(0));
    int last = x.rank() - 1;
    long half = x.size(last) / 2;
    inputs.add(x.slice(last, 0, 1, half));
    inputs.add(x.slice(last, half, 1, half));
    Function f = Function.of(g.activation());
    Scalar first = new Scalar.Input(0);
    return binary(MUL, f == null ? first : new Scalar.Unary(f, first), new Scalar.Input(1));
  }

  /** An operand as part of a function whose inputs are collected in {@code inputs}. */
  private Scalar operand(Value v, Value out, List<View> inputs, boolean leaf) {
    if (isScalar(v)) {
      return new Scalar.Constant((float) v.constant().real(0));
    }
    Chain chain = chains.get(v);
    if (chain != null && !leaf && inputs.size() + chain.inputs.size() <= 8) {
      chains.remove(v);
      int offset = inputs.size();
      inputs.addAll(chain.inputs);
      return shifted(chain.function, offset);
    }
    inputs.add(values.view(v).broadcast(Values.sizes(out)));
    return new Scalar.Input(inputs.size() - 1);
  }

  private static Scalar shifted(Scalar f, int by) {
    return switch (f) {
      case Scalar.Constant c -> c;
      case Scalar.Input i -> new Scalar.Input(i.index() + by);
      case Scalar.Unary u -> new Scalar.Unary(u.function(), shifted(u.x(), by));
      case Scalar.Binary b ->
          new Scalar.Binary(b.operator(), shifted(b.a(), by), shifted(b.b(), by));
    };
  }

  private static boolean isScalar(Value v) {
    return v.isConstant() && v.shape().count() == 1;
  }

  private static boolean isElementwise(Op op) {
    return switch (op) {
      case Add _, Sub _, Mul _, Div _, Pow _, Max _, Min _, Sum _, Mean _, Clip _, FakeQuantize _ ->
          true;
      case BatchNormalization _ -> false;
      default -> unary(op) != null;
    };
  }

  /** The function that an operation on one tensor is, if there is one. */
  private static Function unary(Op op) {
    return switch (op) {
      case Abs _ -> Function.ABS;
      case Neg _ -> Function.NEG;
      case Sqrt _ -> Function.SQRT;
      case Reciprocal _ -> Function.RECIPROCAL;
      case Exp _ -> Function.EXP;
      case Log _ -> Function.LOG;
      case Erf _ -> Function.ERF;
      case Tanh _ -> Function.TANH;
      case Sigmoid _ -> Function.SIGMOID;
      case Relu _ -> Function.RELU;
      case Floor _ -> Function.FLOOR;
      case Ceil _ -> Function.CEIL;
      case Round _ -> Function.ROUND;
      case Sin _ -> Function.SIN;
      case Cos _ -> Function.COS;
      case Gelu g ->
          g.approximate() == Gelu.Approximation.TANH ? Function.GELU_TANH : Function.GELU;
      case Swish s -> s.alpha() == 1 ? Function.SILU : null;
      default -> null;
    };
  }

  /** The node's function; null when it has none. Collects what it reads. */
  private Scalar function(Node n, List<View> inputs) {
    Value out = n.output();
    Function one = unary(n.op());
    if (one != null) {
      return new Scalar.Unary(one, operand(n.input(0), out, inputs, false));
    }
    IntFunction<Scalar> in = i -> operand(n.input(i), out, inputs, false);
    return switch (n.op()) {
      case Add _ -> binary(ADD, in.apply(0), in.apply(1));
      case Sub _ -> binary(SUB, in.apply(0), in.apply(1));
      case Mul _ -> binary(MUL, in.apply(0), in.apply(1));
      case Div _ -> binary(DIV, in.apply(0), in.apply(1));
      case Pow _ -> power(in.apply(0), in.apply(1));
      case Max _ -> fold(MAX, n, in);
      case Min _ -> fold(MIN, n, in);
      case Sum _ -> fold(ADD, n, in);
      case Mean _ -> binary(MUL, fold(ADD, n, in), constant(1f / n.inputs().size()));
      case Clip _ -> clip(n, in);
      case FakeQuantize q -> rounded(q, in.apply(0));
      case BatchNormalization b -> normalised(n, b, inputs);
      default -> {
        if (!isRepeating(n.op())) {
          yield null;
        }
        Scalar x = operand(n.input(0), out, inputs, true);
        yield repeating(n, x, inputs);
      }
    };
  }

  private static boolean isRepeating(Op op) {
    return op instanceof LeakyRelu
        || op instanceof PRelu
        || op instanceof Elu
        || op instanceof HardSigmoid
        || op instanceof HardSwish
        || op instanceof Softplus;
  }

  /** Functions that look at x more than once. */
  private Scalar repeating(Node n, Scalar x, List<View> inputs) {
    Scalar positive = binary(MAX, x, constant(0));
    Scalar negative = binary(MIN, x, constant(0));
    return switch (n.op()) {
      case LeakyRelu l -> binary(ADD, positive, binary(MUL, constant(l.alpha()), negative));
      case PRelu _ ->
          binary(
              ADD, positive, binary(MUL, operand(n.input(1), n.output(), inputs, true), negative));
      case Elu e ->
          binary(
              ADD,
              positive,
              binary(
                  MUL,
                  constant(e.alpha()),
                  binary(SUB, new Scalar.Unary(Function.EXP, negative), constant(1))));
      case HardSigmoid h -> hardSigmoid(x, h.alpha(), h.beta());
      case HardSwish _ -> binary(MUL, x, hardSigmoid(x, 1 / 6f, 0.5f));
      case Softplus _ -> {
        Scalar small =
            new Scalar.Unary(
                Function.EXP, new Scalar.Unary(Function.NEG, new Scalar.Unary(Function.ABS, x)));
        yield binary(
            ADD, positive, new Scalar.Unary(Function.LOG, binary(ADD, small, constant(1))));
      }
      default -> throw new IllegalStateException(n.toString());
    };
  }

  private static Scalar hardSigmoid(Scalar x, float alpha, float beta) {
    Scalar line = binary(ADD, binary(MUL, x, constant(alpha)), constant(beta));
    return binary(MIN, binary(MAX, line, constant(0)), constant(1));
  }

  private static Scalar power(Scalar x, Scalar exponent) {
    if (exponent instanceof Scalar.Constant c && c.value() == 2) {
      return new Scalar.Unary(Function.SQUARE, x);
    } else if (exponent instanceof Scalar.Constant c && c.value() == 0.5f) {
      return new Scalar.Unary(Function.SQRT, x);
    }
    return binary(POW, x, exponent);
  }

  private static Scalar fold(Scalar.Operator operator, Node n, IntFunction<Scalar> in) {
    Scalar all = in.apply(0);
    for (int i = 1; i < n.inputs().size(); i++) {
      all = binary(operator, all, in.apply(i));
    }
    return all;
  }

  private static Scalar clip(Node n, IntFunction<Scalar> in) {
    Scalar x = in.apply(0);
    x = n.input(1) == null ? x : binary(MAX, x, in.apply(1));
    return n.input(2) == null ? x : binary(MIN, x, in.apply(2));
  }

  private static Scalar rounded(FakeQuantize q, Scalar x) {
    Scalar steps = new Scalar.Unary(Function.ROUND, binary(DIV, x, constant(q.scale())));
    Scalar kept = binary(MIN, binary(MAX, steps, constant(q.least())), constant(q.greatest()));
    return binary(MUL, kept, constant(q.scale()));
  }

  /** x · factor + shift by channel; null unless the statistics are known. */
  private Scalar normalised(Node n, BatchNormalization b, List<View> inputs) {
    if (b.trainingMode() || !n.inputs().stream().skip(1).allMatch(Value::isConstant)) {
      return null;
    }
    int channels = Math.toIntExact(n.input(1).shape().count());
    long[] sizes = new long[n.output().shape().rank()];
    Arrays.fill(sizes, 1);
    sizes[1] = channels;
    Tensor factor = Tensor.zeros(n.output().dtype(), Shape.of(sizes));
    Tensor shift = Tensor.zeros(n.output().dtype(), Shape.of(sizes));
    for (int c = 0; c < channels; c++) {
      double f =
          n.input(1).constant().real(c) / Math.sqrt(n.input(4).constant().real(c) + b.epsilon());
      factor.set(c, f);
      shift.set(c, n.input(2).constant().real(c) - n.input(3).constant().real(c) * f);
    }
    Scalar x = operand(n.input(0), n.output(), inputs, false);
    List<Long> out = Values.sizes(n.output());
    inputs.add(values.builder().constant("factor", factor).broadcast(out));
    inputs.add(values.builder().constant("shift", shift).broadcast(out));
    int last = inputs.size() - 1;
    return binary(ADD, binary(MUL, x, new Scalar.Input(last - 1)), new Scalar.Input(last));
  }

  private static Scalar binary(Scalar.Operator operator, Scalar a, Scalar b) {
    return new Scalar.Binary(operator, a, b);
  }

  private static Scalar constant(float value) {
    return new Scalar.Constant(value);
  }
}
