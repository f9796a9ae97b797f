package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Normalises each plane of x [N, C, spatial…] to mean 0 and variance 1, then multiplies by scale
 * [C] and adds bias [C]. ONNX InstanceNormalization, opset 22.
 */
public record InstanceNormalization(float epsilon) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Check.atLeast(3, in, 0);
    Rows.checkChannels(in, 1, 2);
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Shape shape = in.shape(0);
    double[] x = Reals.of(in.tensor(0));
    Rows.standardise(x, Math.toIntExact(Rows.from(shape, 2).count()), epsilon);
    Rows.scale(x, Rows.from(shape, 1), Reals.of(in.tensor(1)), Rows.channels(shape));
    Rows.shift(x, Rows.from(shape, 1), Reals.of(in.tensor(2)), Rows.channels(shape));
    return List.of(Reals.to(in.type(0), x));
  }
}
