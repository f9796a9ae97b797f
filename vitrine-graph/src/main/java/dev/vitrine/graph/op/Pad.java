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
 * Enlarges x at both ends of its axes. Inputs: x; pads, first those before and then those after each
 * axis, negative to cut off; optionally the constant (default 0) and the axes that the pads are for.
 * ONNX Pad, opset 24.
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

  /** Elements before and after each axis. */
  private static long[][] pads(Inputs in) {
    long[] given = in.ints(1);
    int rank = in.rank(0);
    long[][] out = new long[2][rank];
    long[] axes = in.has(3) ? in.ints(3) : null;
    int n = axes == null ? rank : axes.length;
    if (given.length != 2 * n) {
      throw new GraphException(given.length + " pads for " + n + " axes");
    }
    for (int i = 0; i < n; i++) {
      int axis = axes == null ? i : in.shape(0).axis(axes[i]);
      out[0][axis] = given[i];
      out[1][axis] = given[n + i];
    }
    return out;
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    long[][] pads = pads(in);
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < s.rank(); i++) {
      dims.add(s.dim(i).plus(Dim.of(Math.addExact(pads[0][i], pads[1][i]))));
    }
    return List.of(in.type(0).with(new Shape(dims)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor out = Tensor.zeros(infer(in).getFirst());
    long[][] pads = pads(in);
    long[] strides = Strides.of(x.shape());
    Cursor at = new Cursor(out.shape().sizes());
    for (long i = 0, n = out.count(); i < n; i++, at.next()) {
      long from = 0;
      for (int axis = 0; axis < x.rank() && from >= 0; axis++) {
        long index = source(at.index(axis) - pads[0][axis], x.size(axis));
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
