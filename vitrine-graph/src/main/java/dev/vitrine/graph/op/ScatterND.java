package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * x with slices replaced by updates, or combined with them, at index vectors: the last axis of
 * input 1. ONNX ScatterND, opset 18.
 */
public record ScatterND(Scatter reduction) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Check.type(in, 2, in.dtype(0));
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor indices = in.tensor(1);
    Tensor updates = in.tensor(2);
    Tensor out = Strides.copy(x);
    int vector = (int) indices.size(-1);
    long run = x.shape().count(vector, x.rank());
    for (long i = 0, n = indices.shape().count(0, indices.rank() - 1); i < n; i++) {
      long to = 0;
      for (int k = 0; k < vector; k++) {
        to = to * x.size(k) + Axes.index(indices.integer(i * vector + k), x.size(k));
      }
      for (long j = 0; j < run; j++) {
        reduction.put(updates, i * run + j, out, to * run + j);
      }
    }
    return List.of(out);
  }
}
