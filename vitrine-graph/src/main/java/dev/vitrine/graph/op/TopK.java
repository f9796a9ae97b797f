package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The k extreme elements along an axis and their indices, i64, best first; of equal ones the lower
 * index first. Without {@code sorted} any order would do. Inputs: x and k. ONNX TopK, opset 24.
 */
public record TopK(long axis, boolean largest, boolean sorted) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    long k = in.tensor(1).integer(0);
    Dim whole = s.dim(s.axis(axis));
    Check.that(
        k >= 0 && (!whole.isStatic() || k <= whole.size()),
        "k is %s for an axis of size %s",
        k,
        whole);
    TensorType type = in.type(0).with(s.with(s.axis(axis), Dim.of(k)));
    return List.of(type, type.with(DType.I64));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    List<TensorType> types = infer(in);
    Tensor values = Tensor.zeros(types.get(0));
    Tensor indices = Tensor.zeros(types.get(1));
    int at = x.shape().axis(axis);
    Lines from = new Lines(x.shape(), at);
    Lines to = new Lines(values.shape(), at);
    for (long line = 0; line < to.count(); line++) {
      long n = line;
      int[] best =
          IntStream.range(0, Math.toIntExact(from.length()))
              .boxed()
              .sorted((i, j) -> Order.compare(x, from.at(n, i), from.at(n, j)) * (largest ? -1 : 1))
              .limit(to.length())
              .mapToInt(i -> i)
              .toArray();
      for (int i = 0; i < best.length; i++) {
        Strides.copy(x, from.at(n, best[i]), values, to.at(n, i), 1);
        indices.set(to.at(n, i), (long) best[i]);
      }
    }
    return List.of(values, indices);
  }
}
