package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/** x repeated along each axis as often as input 1 says. ONNX Tile, opset 13. */
public record Tile() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    List<Dim> repeats = in.sizes(1);
    Shape s = in.shape(0);
    Check.that(repeats.size() == s.rank(), "%s repeats for shape %s", repeats.size(), s);
    return List.of(
        in.type(0)
            .with(
                new Shape(
                    IntStream.range(0, s.rank())
                        .mapToObj(i -> s.dim(i).times(repeats.get(i)))
                        .toList())));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Shape out = infer(in).getFirst().shape();
    // Seen as [repeat, size, repeat, size …], the result walks x with stride 0 on the repeats.
    long[] own = Strides.of(x.shape());
    long[] sizes = new long[2 * x.rank()];
    long[] strides = new long[2 * x.rank()];
    for (int i = 0; i < x.rank(); i++) {
      sizes[2 * i] = in.tensor(1).integer(i);
      sizes[2 * i + 1] = x.size(i);
      strides[2 * i + 1] = own[i];
    }
    return List.of(Strides.gather(x, 0, strides, Shape.of(sizes)).reshape(out));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.moved(this, in, 1);
  }
}
