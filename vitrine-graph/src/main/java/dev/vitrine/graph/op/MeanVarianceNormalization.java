package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * (x − mean) / (standard deviation + 1e-9), both taken over the axes. ONNX
 * MeanVarianceNormalization, opset 13.
 */
public record MeanVarianceNormalization(List<Long> axes) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    axes.forEach(in.shape(0)::axis);
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Shape groups = in.shape(0);
    for (long axis : axes) {
      groups = groups.with(groups.axis(axis), Dim.of(1));
    }
    double[] x = Reals.of(in.tensor(0));
    int[] group = Broadcast.indices(groups, in.shape(0));
    double count = (double) x.length / groups.count();
    double[] mean = new double[Math.toIntExact(groups.count())];
    for (int i = 0; i < x.length; i++) {
      mean[group[i]] += x[i] / count;
    }
    double[] variance = new double[mean.length];
    for (int i = 0; i < x.length; i++) {
      x[i] -= mean[group[i]];
      variance[group[i]] += x[i] * x[i] / count;
    }
    for (int i = 0; i < x.length; i++) {
      x[i] /= Math.sqrt(variance[group[i]]) + 1e-9;
    }
    return List.of(Reals.to(in.type(0), x));
  }
}
