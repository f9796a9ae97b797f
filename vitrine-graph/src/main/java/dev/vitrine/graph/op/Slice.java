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
 * A part of x with a step. Inputs: x, starts, ends, and optionally axes (default: the first ones)
 * and steps (default: 1). Negative starts and ends count from the end of the axis, and bounds
 * outside it are clamped to it. ONNX Slice, opset 13.
 */
public record Slice() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    List<Dim> starts = in.elements(1);
    List<Dim> ends = in.elements(2);
    long[] axes = axes(in);
    for (int i = 0; i < axes.length; i++) {
      int axis = s.axis(axes[i]);
      boolean known = starts != null && ends != null && (!in.has(4) || in.isKnown(4));
      Dim count = known ? count(starts.get(i), ends.get(i), step(in, i), s.dim(axis)) : null;
      s = s.with(axis, count == null ? in.fresh(i) : count);
    }
    return List.of(in.type(0).with(s));
  }

  private static long[] axes(Inputs in) {
    return in.has(3) ? in.ints(3) : LongStream.range(0, in.shape(1).size(0)).toArray();
  }

  private static long step(Inputs in, int i) {
    long step = in.has(4) ? in.tensor(4).integer(i) : 1;
    Check.that(step != 0, "a step can't be 0");
    return step;
  }

  /** How many elements there are; null when that isn't certain. */
  private static Dim count(Dim start, Dim end, long step, Dim size) {
    if (start == null || end == null) {
      return null;
    }
    if (start.isStatic() && end.isStatic() && size.isStatic()) {
      return Dim.of(count(start.size(), end.size(), step, size.size()));
    }
    if (step < 0) {
      // Only a whole axis that is turned round.
      return step == -1 && start.is(-1) && end.isStatic() && end.size() <= -Integer.MAX_VALUE
          ? size
          : null;
    }
    Dim from = bound(start, size);
    Dim to = bound(end, size);
    if (from == null || to == null || !to.minus(from).isNatural()) {
      return null;
    }
    return to.minus(from).plus(Dim.of(step - 1)).floorDividedBy(step);
  }

  /** A bound in 0..size; null when it isn't certain. */
  private static Dim bound(Dim bound, Dim size) {
    if (bound.isStatic() && bound.size() >= Integer.MAX_VALUE) {
      return size;
    }
    Dim index = bound.isNatural() ? bound : bound.isStatic() ? size.plus(bound) : null;
    return index != null && index.isNatural() && size.minus(index).isNatural() ? index : null;
  }

  private static long count(long start, long end, long step, long size) {
    long from = first(start, step, size);
    long index = end < 0 ? end + size : end;
    long span =
        step > 0 ? Math.clamp(index, 0, size) - from : from - Math.clamp(index, -1, size - 1);
    return span <= 0 ? 0 : Math.ceilDiv(span, Math.abs(step));
  }

  private static long first(long start, long step, long size) {
    long index = start < 0 ? start + size : start;
    return Math.clamp(index, 0, step > 0 ? size : Math.max(size - 1, 0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    long[] strides = Strides.of(x.shape());
    long[] axes = axes(in);
    long base = 0;
    for (int i = 0; i < axes.length; i++) {
      int axis = x.shape().axis(axes[i]);
      base += first(in.tensor(1).integer(i), step(in, i), x.size(axis)) * strides[axis];
      strides[axis] *= step(in, i);
    }
    return List.of(Strides.gather(x, base, strides, infer(in).getFirst().shape()));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.moved(this, in, 1);
  }
}
