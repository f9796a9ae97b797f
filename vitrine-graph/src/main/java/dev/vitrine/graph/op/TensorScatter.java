package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * A cache with an update written into it along an axis, from the index on that input 2 has for each
 * batch, or from 0. Inputs: cache, update and, optionally, the indices. ONNX TensorScatter, opset
 * 24.
 */
public record TensorScatter(long axis, Mode mode) implements Op {
  /** What becomes of elements beyond the end of the axis. */
  public enum Mode {
    /** There may be none. */
    LINEAR,
    /** They go on at its beginning. */
    CIRCULAR
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    in.shape(0).axis(axis);
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor update = in.tensor(1);
    Tensor out = Strides.copy(in.tensor(0));
    int at = out.shape().axis(axis);
    long[] strides = Strides.of(out.shape());
    long stride = strides[at];
    strides[at] = 0;
    Cursor cursor = new Cursor(update.shape().sizes(), strides);
    for (long i = 0, n = update.count(); i < n; i++, cursor.next()) {
      long first = in.has(2) ? in.tensor(2).integer(cursor.index(0)) : 0;
      long index = first + cursor.index(at);
      index =
          mode == Mode.CIRCULAR
              ? Math.floorMod(index, out.size(at))
              : Axes.index(index, out.size(at));
      Strides.copy(update, i, out, cursor.of(0) + index * stride, 1);
    }
    return List.of(out);
  }
}
