package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Removes axes of size 1: those of input 1, or all of them if it is absent. ONNX Squeeze, opset 24.
 */
public record Squeeze() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    int[] axes = in.has(1) ? Axes.resolve(in.ints(1), s.rank()) : ones(s);
    for (int axis : axes) {
      Check.same(s.dim(axis), Dim.of(1), "axis " + axis);
    }
    return List.of(in.type(0).with(Reduction.reduced(s, axes, false)));
  }

  private static int[] ones(Shape s) {
    return IntStream.range(0, s.rank()).filter(i -> s.dim(i).is(1)).toArray();
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    return List.of(in.tensor(0).reshape(infer(in).getFirst().shape()));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.moved(this, in, 1);
  }
}
