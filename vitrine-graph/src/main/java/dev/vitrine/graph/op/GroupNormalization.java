package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Normalises each group of channels of x [N, C, spatial…] to mean 0 and variance 1, then multiplies
 * by scale [C] and adds bias [C]. ONNX GroupNormalization, opset 21.
 */
public record GroupNormalization(float epsilon, long numGroups, DType stashType) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Rows.checkChannels(in, 1, 2);
    Shape x = in.shape(0);
    Check.that(
        numGroups > 0 && (!x.dim(1).isStatic() || x.size(1) % numGroups == 0),
        "%s channels don't make %s groups",
        x.dim(1),
        numGroups);
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    infer(in);
    Shape shape = in.shape(0);
    double[] x = Reals.of(in.tensor(0));
    Rows.standardise(x, Math.toIntExact(Rows.from(shape, 1).count() / numGroups), epsilon);
    Rows.scale(x, Rows.from(shape, 1), Reals.of(in.tensor(1)), Rows.channels(shape));
    Rows.shift(x, Rows.from(shape, 1), Reals.of(in.tensor(2)), Rows.channels(shape));
    return List.of(Reals.to(in.type(0), x));
  }
}
