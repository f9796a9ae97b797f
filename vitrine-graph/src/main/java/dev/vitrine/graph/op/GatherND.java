package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Slices of x picked by index vectors: the last axis of input 1. The first {@code batchDims} axes
 * of both inputs run together. ONNX GatherND, opset 13.
 */
public record GatherND(long batchDims) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    List<Dim> x = in.shape(0).dims();
    List<Dim> indices = in.shape(1).dims();
    int picked = Math.toIntExact(batchDims + indices.getLast().size());
    Check.that(picked <= x.size(), "indices %s don't suit shape %s", in.shape(1), in.shape(0));
    List<Dim> out = new ArrayList<>(indices.subList(0, indices.size() - 1));
    out.addAll(x.subList(picked, x.size()));
    return List.of(in.type(0).with(new Shape(out)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor indices = in.tensor(1);
    int batch = Math.toIntExact(batchDims);
    int vector = (int) indices.size(-1);
    long run = x.shape().count(batch + vector, x.rank());
    long vectors = indices.shape().count(0, indices.rank() - 1);
    long perBatch = Math.max(1, vectors / Math.max(1, x.shape().count(0, batch)));
    Tensor out = Tensor.zeros(infer(in).getFirst());
    for (long i = 0; i < vectors; i++) {
      long from = i / perBatch;
      for (int k = 0; k < vector; k++) {
        long size = x.size(batch + k);
        from = from * size + Axes.index(indices.integer(i * vector + k), size);
      }
      Strides.copy(x, from * run, out, i * run, run);
    }
    return List.of(out);
  }
}
