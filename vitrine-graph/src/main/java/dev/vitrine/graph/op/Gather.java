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
 * Slices of x along an axis, picked by indices of any shape, which takes the axis's place. Negative
 * indices count from the end. ONNX Gather, opset 13.
 */
public record Gather(long axis) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    int at = s.axis(axis);
    List<Dim> dims = new ArrayList<>(s.dims().subList(0, at));
    dims.addAll(in.shape(1).dims());
    dims.addAll(s.dims().subList(at + 1, s.rank()));
    return List.of(in.type(0).with(new Shape(dims)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor indices = in.tensor(1);
    int at = x.shape().axis(axis);
    Tensor out = Tensor.zeros(infer(in).getFirst());
    long run = x.shape().count(at + 1, x.rank());
    long to = 0;
    for (long outer = 0, n = x.shape().count(0, at); outer < n; outer++) {
      for (long i = 0; i < indices.count(); i++, to += run) {
        long index = Axes.index(indices.integer(i), x.size(at));
        Strides.copy(x, (outer * x.size(at) + index) * run, out, to, run);
      }
    }
    return List.of(out);
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.moved(this, in, 1);
  }
}
