package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.fused.FakeQuantize;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.ArgMax;
import dev.vitrine.graph.op.Clip;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.GlobalAveragePool;
import dev.vitrine.graph.op.HardSigmoid;
import dev.vitrine.graph.op.HardSwish;
import dev.vitrine.graph.op.LeakyRelu;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.ReduceMean;
import dev.vitrine.graph.op.Relu;
import dev.vitrine.graph.op.Resize;
import dev.vitrine.graph.op.Sigmoid;
import dev.vitrine.graph.op.Softmax;
import dev.vitrine.graph.op.Sub;
import dev.vitrine.graph.op.Swish;
import dev.vitrine.graph.op.Tanh;
import dev.vitrine.graph.op.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A Transpose that brings channels from the last axis to the front goes behind what reads it, so
 * that it meets the one that brings them back.
 */
final class SinkTranspose implements Rule {
  private static final Pattern ANY = Pattern.node();

  @Override
  public Pattern pattern() {
    return ANY;
  }

  @Override
  public Outcome apply(Match m) {
    Node n = m.root();
    List<Long> perm = perm(n);
    if (perm == null || !n.output().type().isKnown() || n.outputs().size() > 1) {
      return Outcome.PASSED;
    }
    Value[] in = new Value[n.inputs().size()];
    for (int i = 0; i < in.length; i++) {
      Value v = n.input(i);
      in[i] = v == null || v.isConstant() ? v : v.producer().input(0);
    }
    Op op = n.op();
    switch (op) {
      case Relu _,
          Gelu _,
          Sigmoid _,
          Swish _,
          Tanh _,
          HardSwish _,
          HardSigmoid _,
          LeakyRelu _,
          Clip _,
          FakeQuantize _ -> {}
      case Add _, Sub _, Mul _, Div _ -> {
        for (int i = 0; i < in.length; i++) {
          in[i] = in[i].isConstant() ? moved(m, in[i], perm) : in[i];
        }
      }
      case Concat c -> {
        for (int i = 0; i < in.length; i++) {
          in[i] = in[i].isConstant() ? moved(m, in[i], perm) : in[i];
        }
        op = new Concat(axis(c.axis(), perm));
      }
      case Softmax s -> op = new Softmax(axis(s.axis(), perm));
      case ArgMax a -> {
        op = new ArgMax(axis(a.axis(), perm), a.keepdims(), a.selectLastIndex());
        if (!a.keepdims()) {
          List<Long> left = new ArrayList<>(perm);
          left.remove(axis(a.axis(), perm));
          return isAscending(left) ? m.replace(op, in) : Outcome.PASSED;
        }
      }
      case ReduceMean r when r.keepdims() && isConstant(n.input(1)) -> {
        long[] axes = in[1].constant().toLongs();
        in[1] = m.ints(LongStream.of(axes).map(a -> axis(a, perm)).sorted().toArray());
      }
      case GlobalAveragePool _ -> {
        op = new ReduceMean(true, false);
        in =
            new Value[] {in[0], m.ints(perm.stream().skip(2).mapToLong(a -> a).sorted().toArray())};
      }
      case Resize r when n.input(1) == null -> {
        if (r.axes().isEmpty()) {
          for (int i = 2; i < in.length; i++) {
            in[i] = in[i] == null ? null : m.constant(in[i], byAxis(in[i].constant(), perm));
          }
        } else {
          op = alongAxes(r, r.axes().stream().map(i -> axis(i, perm)).toList());
        }
      }
      default -> {
        return Outcome.PASSED;
      }
    }
    return m.replace(new Transpose(perm), m.add(op, in));
  }

  private static Resize alongAxes(Resize r, List<Long> axes) {
    return new Resize(
        r.antialias(),
        axes,
        r.coordinateTransformationMode(),
        r.cubicCoeffA(),
        r.excludeOutside(),
        r.extrapolationValue(),
        r.keepAspectRatioPolicy(),
        r.mode(),
        r.nearestMode());
  }

  private static boolean isConstant(Value v) {
    return v != null && v.isConstant();
  }

  /** How all operands but constants were transposed: channels from last to second; else null. */
  private static List<Long> perm(Node n) {
    List<Long> perm = null;
    for (Value v : n.inputs()) {
      if (v == null || v.isConstant()) {
        continue;
      }
      Transpose t = v.producedBy(Transpose.class);
      if (t == null || !isChannelsFirst(t.perm()) || (perm != null && !perm.equals(t.perm()))) {
        return null;
      }
      perm = t.perm();
    }
    return perm;
  }

  private static boolean isChannelsFirst(List<Long> perm) {
    int n = perm.size();
    return n >= 3
        && perm.get(0) == 0
        && perm.get(1) == n - 1
        && IntStream.range(2, n).allMatch(i -> perm.get(i) == i - 1);
  }

  private static boolean isAscending(List<Long> axes) {
    return IntStream.range(1, axes.size()).allMatch(i -> axes.get(i - 1) < axes.get(i));
  }

  /** The axis before the Transpose. */
  private static long axis(long axis, List<Long> perm) {
    return perm.get((int) (axis < 0 ? axis + perm.size() : axis));
  }

  /** A constant operand for the other order of axes. */
  private static Value moved(Match m, Value c, List<Long> perm) {
    Tensor t = c.constant();
    if (t.count() == 1) {
      return c;
    }
    List<Dim> dims = new ArrayList<>(t.shape().dims());
    while (dims.size() < perm.size()) {
      dims.addFirst(Dim.of(1));
    }
    long[] back = LongStream.range(0, perm.size()).map(perm::indexOf).toArray();
    return m.constant(c, Weights.transposed(t.reshape(new Shape(dims)), back));
  }

  /** One element for each axis, in the other order. */
  private static Tensor byAxis(Tensor t, List<Long> perm) {
    if (t.count() == 0) {
      return t;
    }
    Tensor out = Tensor.zeros(t.type());
    for (int i = 0; i < perm.size(); i++) {
      out.set(perm.get(i), t.real(i));
    }
    return out;
  }
}
