package dev.vitrine.compiler.fused;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * What bytes stand for, by a table for each channel: normalised pixels from their levels.
 *
 * <p>Inputs: x u8 of any shape, table f32[C, 256] where C is the size of the axis. Output: f32 of
 * x's shape, {@code table[channel, x]}.
 *
 * @param axis of the channels
 */
public record Lookup(int axis) implements Op {
  public static final int X = 0;
  public static final int TABLE = 1;
  public static final int LEVELS = 256;

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = in.shape(X);
    if (in.type(X).dtype() != DType.U8 || in.type(TABLE).dtype() != DType.F32) {
      throw new GraphException("looks up u8 in f32, not " + in.type(X) + " in " + in.type(TABLE));
    }
    if (axis < 0 || axis >= x.rank()) {
      throw new GraphException("there is no axis " + axis + " of " + x);
    }
    Checks.rank("table", in.shape(TABLE), 2);
    Checks.same("the channels of x and of the table", x.dim(axis), in.shape(TABLE).dim(0));
    if (!in.shape(TABLE).dim(1).is(LEVELS)) {
      throw new GraphException("the table has shape " + in.shape(TABLE) + "; it needs 256 columns");
    }
    return List.of(new TensorType(DType.F32, x));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(X);
    Tensor table = in.tensor(TABLE);
    Tensor out = Tensor.zeros(DType.F32, x.shape());
    long inner = 1;
    for (int i = axis + 1; i < x.rank(); i++) {
      inner *= x.size(i);
    }
    for (long i = 0; i < x.count(); i++) {
      long channel = i / inner % x.size(axis);
      out.set(i, table.real(channel * LEVELS + x.integer(i)));
    }
    return List.of(out);
  }
}
