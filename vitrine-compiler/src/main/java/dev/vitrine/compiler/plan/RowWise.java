package dev.vitrine.compiler.plan;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.ArgMax;
import dev.vitrine.graph.op.GlobalAveragePool;
import dev.vitrine.graph.op.LayerNormalization;
import dev.vitrine.graph.op.ReduceMax;
import dev.vitrine.graph.op.ReduceMean;
import dev.vitrine.graph.op.ReduceMin;
import dev.vitrine.graph.op.ReduceSum;
import dev.vitrine.graph.op.Softmax;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Normalisation and reduction along axes. */
final class RowWise implements Lowering {
  private final Values values;

  RowWise(Values values) {
    this.values = values;
  }

  @Override
  public boolean lower(Node n) {
    if (n.inputs().isEmpty() || n.input(0) == null || !Values.isF32(n.input(0))) {
      return false;
    }
    return switch (n.op()) {
      case LayerNormalization l -> layerNorm(n, l);
      case Softmax s -> softmax(n, s);
      case ReduceMean r -> reduce(n, Step.Reduce.Kind.MEAN, r.keepdims(), r.noopWithEmptyAxes());
      case ReduceSum r -> reduce(n, Step.Reduce.Kind.SUM, r.keepdims(), r.noopWithEmptyAxes());
      case ReduceMax r -> reduce(n, Step.Reduce.Kind.MAX, r.keepdims(), r.noopWithEmptyAxes());
      case ReduceMin r -> reduce(n, Step.Reduce.Kind.MIN, r.keepdims(), r.noopWithEmptyAxes());
      case GlobalAveragePool _ ->
          reduce(
              n,
              Step.Reduce.Kind.MEAN,
              IntStream.range(2, n.input(0).shape().rank()).toArray(),
              true);
      case ArgMax a ->
          !a.selectLastIndex()
              && reduce(
                  n,
                  Step.Reduce.Kind.ARG_MAX,
                  new int[] {n.input(0).shape().axis(a.axis())},
                  a.keepdims());
      default -> false;
    };
  }

  private boolean layerNorm(Node n, LayerNormalization l) {
    boolean more =
        n.outputs().stream()
            .skip(1)
            .anyMatch(v -> !v.users().isEmpty() || values.graph().isOutput(v));
    int axis = n.input(0).shape().axis(l.axis());
    long row = n.input(0).shape().count(axis, n.input(0).shape().rank());
    if (more || !isVector(n.input(1), row) || !isVector(n.input(2), row)) {
      return false;
    }
    View x = values.view(n.input(0));
    int rank = x.rank();
    View merged = axis == rank - 1 ? x : x.merge(axis, rank);
    View in = merged != null ? merged : values.dense(x).merge(axis, rank);
    View out =
        axis == rank - 1
            ? values.allocate(n.output())
            : values.allocateDense(n.output()).merge(axis, rank);
    values.add(new Step.LayerNorm(in, vector(n.input(1)), vector(n.input(2)), l.epsilon(), out));
    return true;
  }

  /** Absent, or a constant of that many elements. */
  private static boolean isVector(Value v, long size) {
    return v == null || (v.isConstant() && v.shape().count() == size);
  }

  private View vector(Value v) {
    return v == null ? null : values.view(v).reshape(List.of(v.shape().count()));
  }

  private boolean softmax(Node n, Softmax s) {
    View x = values.view(n.input(0));
    int axis = n.input(0).shape().axis(s.axis());
    View out = values.allocateLike(n.output(), x);
    values.add(new Step.Softmax(x.move(axis, x.rank() - 1), out.move(axis, x.rank() - 1)));
    return true;
  }

  private boolean reduce(Node n, Step.Reduce.Kind kind, boolean keep, boolean noopIfEmpty) {
    Tensor axes = Values.constant(n, 1);
    int rank = n.input(0).shape().rank();
    if (n.input(1) != null && axes == null) {
      return false;
    }
    boolean all = axes == null || axes.count() == 0;
    if (all && noopIfEmpty) {
      return false;
    }
    int[] at =
        all
            ? IntStream.range(0, rank).toArray()
            : LongStream.of(axes.toLongs()).mapToInt(n.input(0).shape()::axis).sorted().toArray();
    return reduce(n, kind, at, keep);
  }

  private boolean reduce(Node n, Step.Reduce.Kind kind, int[] axes, boolean keep) {
    View x = values.view(n.input(0));
    if (x.count() == 0 || (kind != Step.Reduce.Kind.ARG_MAX && n.output().dtype() != DType.F32)) {
      return false;
    }
    View out = values.allocate(n.output());
    List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
    for (int i = axes.length - 1; i >= 0; i--) {
      if (keep) {
        out = out.select(axes[i], 0);
      }
      order.remove(axes[i]);
    }
    List<Integer> kept = List.copyOf(order);
    for (int axis : axes) {
      order.add(axis);
    }
    View in = x.transpose(order);
    View reduced = in.merge(kept.size(), in.rank());
    values.add(
        reduced != null && axes.length > 0
            ? new Step.Reduce(kind, reduced, 1, out)
            : new Step.Reduce(kind, in, axes.length, out));
    return true;
  }
}
