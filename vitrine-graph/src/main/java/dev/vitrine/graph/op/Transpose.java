package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Axis i of the result is axis {@code perm[i]} of x; no perm: all axes reversed. ONNX Transpose,
 * opset 24.
 */
public record Transpose(List<Long> perm) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    return List.of(in.type(0).with(new Shape(Arrays.stream(order(s)).mapToObj(s::dim).toList())));
  }

  private int[] order(Shape s) {
    int rank = s.rank();
    if (perm.isEmpty()) {
      return IntStream.range(0, rank).map(i -> rank - 1 - i).toArray();
    }
    int[] order = perm.stream().mapToInt(s::axis).toArray();
    Check.that(
        order.length == rank && Arrays.stream(order).distinct().count() == rank,
        "perm %s doesn't suit shape %s",
        perm,
        s);
    return order;
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    long[] own = Strides.of(x.shape());
    long[] strides = Arrays.stream(order(x.shape())).mapToLong(i -> own[i]).toArray();
    return List.of(Strides.gather(x, 0, strides, infer(in).getFirst().shape()));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.moved(this, in, 1);
  }
}
