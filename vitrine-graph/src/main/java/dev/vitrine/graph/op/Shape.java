package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * The sizes of axes {@code start} to {@code end} (exclusive; null: the rank), i64. ONNX Shape,
 * opset 24.
 */
public record Shape(long start, Long end) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(new TensorType(DType.I64, dev.vitrine.graph.Shape.of(part(in).size())));
  }

  private List<Dim> part(Inputs in) {
    List<Dim> dims = in.shape(0).dims();
    int from = bound(start, dims.size());
    int to = end == null ? dims.size() : bound(end, dims.size());
    return dims.subList(from, Math.max(from, to));
  }

  private static int bound(long axis, int rank) {
    return Math.clamp(axis < 0 ? axis + rank : axis, 0, rank);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    return List.of(Tensor.ints(part(in).stream().mapToLong(Dim::size).toArray()));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return List.of(part(in));
  }
}
