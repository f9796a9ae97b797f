package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Divides by the root of the mean square over the axes from {@code axis} on, then multiplies by
 * scale, which broadcasts to those axes. ONNX RMSNormalization, opset 23.
 */
public record RMSNormalization(long axis, float epsilon, DType stashType) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape.broadcast(Rows.from(in.shape(0), axis), in.shape(1));
    return List.of(in.type(0).with(in.dtype(1)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    double[] x = Reals.of(in.tensor(0));
    Shape row = Rows.from(in.shape(0), axis);
    Rows.divideByRootMeanSquare(x, Math.toIntExact(row.count()), epsilon);
    Rows.scale(x, row, Reals.of(in.tensor(1)), in.shape(1));
    return List.of(Reals.to(infer(in).getFirst(), x));
  }
}
