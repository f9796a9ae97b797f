package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.commutative;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;
import static dev.vitrine.compiler.rewrite.Pattern.scalar;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Max;
import dev.vitrine.graph.op.Min;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Neg;
import dev.vitrine.graph.op.QuantizeLinear;
import dev.vitrine.graph.op.ReduceMax;
import dev.vitrine.graph.op.ReduceMin;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Round;
import dev.vitrine.graph.op.Sub;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** QuantizeLinear of a matrix by each row's own range, as {@link Unfuser} writes it. */
final class FuseQuantizeRows implements Rule {
  private static final Pattern X = any();
  private static final Pattern LO =
      commutative(Min.class, op(ReduceMin.class, X, constant()), scalar(0));
  private static final Pattern HI =
      commutative(Max.class, op(ReduceMax.class, X, constant()), scalar(0));
  private static final Pattern RANGE =
      commutative(Max.class, op(Sub.class, HI, LO), scalar(QuantizeRows.TINY));
  private static final Pattern LEVELS = constant();
  private static final Pattern SCALE = op(Div.class, RANGE, LEVELS);
  private static final Pattern INVERSE = op(Div.class, LEVELS, RANGE);
  private static final Pattern SHIFT =
      op(Round.class, commutative(Mul.class, op(Neg.class, LO), INVERSE));
  private static final Pattern ZERO = op(Cast.class, SHIFT);
  private static final Pattern MOST =
      op(Reshape.class, commutative(Mul.class, op(Sub.class, LEVELS, SHIFT), SCALE));
  private static final Pattern CLAMPED = commutative(Min.class, X, MOST);
  private static final Pattern ROWS = op(QuantizeLinear.class, oneOf(X, CLAMPED), SCALE, ZERO);

  @Override
  public Pattern pattern() {
    return ROWS;
  }

  @Override
  public Outcome apply(Match m) {
    Value x = m.value(X);
    Value scale = m.value(SCALE);
    Node quantize = m.root();
    if (!x.type().isKnown()
        || x.shape().rank() != 2
        || !x.shape().dim(1).isStatic()
        || scale.shape().rank() != 1
        || quantize.output().dtype() != DType.U8
        || quantize.output().shape().axis(((QuantizeLinear) quantize.op()).axis()) != 0
        || !alongRows(m.value(LO))
        || !alongRows(m.value(HI))) {
      return Outcome.PASSED;
    }
    double levels = m.value(LEVELS).constant().real(0);
    Grade grade = null;
    for (Grade g : Grade.values()) {
      boolean clamped = m.value(CLAMPED) != null;
      if (g.levels() == levels && clamped == g.levels() < DType.U8.greatest()) {
        grade = g;
      }
    }
    if (grade == null) {
      return m.missed(Reason.OTHER_VALUE, "codes up to " + levels);
    }
    Value whole = isFlattened(x) ? x.producer().input(0) : x;
    List<Value> out = m.addAll(new QuantizeRows(grade), 3, whole);
    Map<Value, Value> all = new LinkedHashMap<>();
    all.put(quantize.output(), reshaped(m, out.get(0), x == whole, -1, x.shape().size(1)));
    all.put(scale, reshaped(m, out.get(1), x == whole, -1));
    all.put(m.value(ZERO), reshaped(m, out.get(2), x == whole, -1));
    return m.replaceAll(all);
  }

  /** Whether rows of more axes were written as a matrix. */
  private static boolean isFlattened(Value x) {
    return x.producer() != null
        && x.producer().op() instanceof Reshape
        && x.producer().input(0).type().isKnown()
        && x.producer().input(0).shape().rank() > 2
        && x.producer().input(0).shape().dim(-1).equals(x.shape().dim(-1));
  }

  private static Value reshaped(Match m, Value v, boolean asItIs, long... shape) {
    return asItIs ? v : m.add(new Reshape(false), v, m.ints(shape));
  }

  /** Whether an end of the range is taken over the last axis, which is gone. */
  private static boolean alongRows(Value end) {
    for (Value v : end.producer().inputs()) {
      if (!v.isConstant()) {
        Value axes = v.producer().input(1);
        long axis = axes.constant().count() == 1 ? axes.constant().integer(0) : 0;
        Shape x = v.producer().input(0).shape();
        return v.shape().rank() == 1 && x.axis(axis) == 1;
      }
    }
    return false;
  }
}
