package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of x with a step. Inputs: x, starts, ends, and optionally axes (default: the first ones) and
 * steps (default: 1). Negative starts and ends count from the end of the axis, and bounds outside it
 * are clamped to it. ONNX Slice, opset 13.
 */
public record Slice() implements Op {
  private record Part(int axis, long start, long end, long step) {}

  private static List<Part> parts(Inputs in) {
    long[] starts = in.ints(1);
    long[] ends = in.ints(2);
    long[] steps = in.has(4) ? in.ints(4) : null;
    long[] axes = in.has(3) ? in.ints(3) : null;
    List<Part> out = new ArrayList<>();
    for (int i = 0; i < starts.length; i++) {
      int axis = in.shape(0).axis(axes == null ? i : axes[i]);
      out.add(new Part(axis, starts[i], ends[i], steps == null ? 1 : steps[i]));
      if (out.getLast().step == 0) {
        throw new GraphException("a step can't be 0");
      }
    }
    return out;
  }

  /** The index of a bound on an axis of that size: −1 or {@code size} are the ends beyond. */
  private static long bound(long at, long size, long step) {
    long index = at < 0 ? at + size : at;
    return step > 0 ? Math.clamp(index, 0, size) : Math.clamp(index, -1, size - 1);
  }

  private static long count(Part p, long size) {
    long start = start(p, size);
    long span = p.step > 0 ? bound(p.end, size, 1) - start : start - bound(p.end, size, -1);
    return span <= 0 ? 0 : Math.ceilDiv(span, Math.abs(p.step));
  }

  private static long start(Part p, long size) {
    return p.step > 0 ? bound(p.start, size, 1) : Math.max(bound(p.start, size, -1), 0);
  }

  private static Dim size(Part p, Dim whole) {
    if (whole.isStatic()) {
      return Dim.of(count(p, whole.size()));
    }
    // The whole axis, forwards or backwards.
    boolean forwards = p.start == 0 && p.end >= Integer.MAX_VALUE && p.step == 1;
    boolean backwards = p.start == -1 && p.end <= Integer.MIN_VALUE + 1 && p.step == -1;
    return forwards || backwards ? whole : null;
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    for (Part p : parts(in)) {
      Dim d = size(p, s.dim(p.axis));
      if (d == null) {
        return List.of(TensorType.UNKNOWN);
      }
      s = s.with(p.axis, d);
    }
    return List.of(in.type(0).with(s));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    long[] strides = Strides.of(x.shape());
    long base = 0;
    for (Part p : parts(in)) {
      base += start(p, x.size(p.axis)) * strides[p.axis];
      strides[p.axis] *= p.step;
    }
    return List.of(Strides.gather(x, base, strides, infer(in).getFirst().shape()));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    List<Dim> all = in.dims(0);
    if (all == null || in.rank(0) != 1) {
      return List.of();
    }
    Part p = parts(in).getFirst();
    List<Dim> out = new ArrayList<>();
    int n = (int) count(p, all.size());
    for (int i = 0; i < n; i++) {
      out.add(all.get((int) (start(p, all.size()) + i * p.step)));
    }
    return List.of(out);
  }
}
