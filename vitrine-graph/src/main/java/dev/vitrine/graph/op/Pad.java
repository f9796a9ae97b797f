package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Enlarges x at both ends of its axes. Inputs: x; pads, first those before and then those after
 * each axis, negative to cut off; optionally the constant (default 0) and the axes that the pads
 * are for. ONNX Pad, opset 24.
 */
public record Pad(Mode mode) implements Op {
  /** Where the new elements come from. */
  public enum Mode {
    CONSTANT,
    /** Mirrored at the border, which is not repeated. */
    REFLECT,
    /** The border repeated. */
    EDGE,
    /** From the other end. */
    WRAP
  }

  private static long[] axes(Inputs in) {
    return in.has(3) ? in.ints(3) : LongStream.range(0, in.rank(0)).toArray();
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    long[] axes = axes(in);
    List<Dim> pads = in.elements(1);
    int n = axes.length;
    Check.that(pads == null || pads.size() == 2 * n, "%s are no pads for %s axes", pads, n);
    for (int i = 0; i < n; i++) {
      boolean known = pads != null && pads.get(i) != null && pads.get(n + i) != null;
      Dim size =
          known ? s.dim(s.axis(axes[i])).plus(pads.get(i)).plus(pads.get(n + i)) : in.fresh(i);
      boolean empty = s.dim(s.axis(axes[i])).is(0) && !size.is(0);
      Check.that(!empty || mode == Mode.CONSTANT, "axis %s has nothing to pad with", axes[i]);
      s = s.with(s.axis(axes[i]), size);
    }
    return List.of(in.type(0).with(s));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor out = Tensor.zeros(infer(in).getFirst());
    long[] before = new long[x.rank()];
    long[] axes = axes(in);
    for (int i = 0; i < axes.length; i++) {
      before[x.shape().axis(axes[i])] = in.tensor(1).integer(i);
    }
    long[] strides = Strides.of(x.shape());
    Cursor at = new Cursor(out.shape().sizes());
    for (long i = 0, n = out.count(); i < n; i++, at.next()) {
      long from = 0;
      for (int axis = 0; axis < x.rank() && from >= 0; axis++) {
        long index = source(at.index(axis) - before[axis], x.size(axis));
        from = index < 0 ? -1 : from + index * strides[axis];
      }
      if (from >= 0) {
        Strides.copy(x, from, out, i, 1);
      } else if (in.has(2)) {
        Strides.copy(in.tensor(2), 0, out, i, 1);
      }
    }
    return List.of(out);
  }

  /** The index inside the axis that an index outside stands for; −1: the constant. */
  private long source(long index, long size) {
    if (index >= 0 && index < size) {
      return index;
    }
    return switch (mode) {
      case CONSTANT -> -1;
      case EDGE -> Math.clamp(index, 0, size - 1);
      case WRAP -> Math.floorMod(index, size);
      case REFLECT -> {
        long period = Math.max(2 * (size - 1), 1);
        long folded = Math.floorMod(index, period);
        yield folded < size ? folded : period - folded;
      }
    };
  }
}
