package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Normalises over the axes from {@code axis} on to mean 0 and variance 1, then multiplies by scale
 * and adds the optional bias, which broadcast to those axes. Further outputs: the mean and 1 /
 * √(variance + ε), of type {@code stashType}. ONNX LayerNormalization, opset 17.
 */
public record LayerNormalization(long axis, float epsilon, DType stashType) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = in.shape(0);
    for (int i = 1; i < in.size() && in.has(i); i++) {
      Shape.broadcast(Rows.from(x, axis), in.shape(i));
    }
    TensorType moments = new TensorType(stashType, Rows.each(x, axis));
    return List.of(in.type(0), moments, moments);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    List<TensorType> types = infer(in);
    double[] x = Reals.of(in.tensor(0));
    Shape row = Rows.from(in.shape(0), axis);
    Rows.Moments moments = Rows.standardise(x, Math.toIntExact(row.count()), epsilon);
    Rows.scale(x, row, Reals.of(in.tensor(1)), in.shape(1));
    if (in.has(2)) {
      Rows.shift(x, row, Reals.of(in.tensor(2)), in.shape(2));
    }
    return List.of(
        Reals.to(types.get(0), x),
        Reals.to(types.get(1), moments.mean()),
        Reals.to(types.get(2), moments.inverse()));
  }
}
