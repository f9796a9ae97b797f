package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/** The inputs one after the other along an axis. ONNX Concat, opset 13. */
public record Concat(long axis) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape first = in.shape(0);
    int at = first.axis(axis);
    List<Dim> dims = new ArrayList<>(first.dims());
    for (int i = 1; i < in.size(); i++) {
      Check.type(in, i, in.dtype(0));
      Shape s = Check.rank(first.rank(), in, i);
      for (int d = 0; d < s.rank(); d++) {
        dims.set(
            d,
            d == at ? dims.get(d).plus(s.dim(d)) : Check.same(dims.get(d), s.dim(d), "axis " + d));
      }
    }
    return List.of(in.type(0).with(new Shape(dims)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor out = Tensor.zeros(infer(in).getFirst());
    int at = out.shape().axis(axis);
    long[] strides = Strides.of(out.shape());
    long base = 0;
    for (int i = 0; i < in.size(); i++) {
      Tensor part = in.tensor(i);
      Strides.move(part, 0, Strides.of(part.shape()), out, base, strides, part.shape().sizes());
      base += part.size(at) * strides[at];
    }
    return List.of(out);
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.moved(this, in, in.size());
  }
}
