package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.GraphException;
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
      Broadcast.requireType(in, i, in.dtype(0));
      Shape s = in.shape(i);
      if (s.rank() != first.rank()) {
        throw new GraphException("shapes " + first + " and " + s + " differ in rank");
      }
      for (int d = 0; d < s.rank(); d++) {
        dims.set(d, d == at ? dims.get(d).plus(s.dim(d)) : agreed(dims.get(d), s.dim(d), d));
      }
    }
    return List.of(in.type(0).with(new Shape(dims)));
  }

  private static Dim agreed(Dim a, Dim b, int axis) {
    if (a.isStatic() && b.isStatic() && !a.equals(b)) {
      throw new GraphException("sizes " + a + " and " + b + " on axis " + axis + " differ");
    }
    return a.isStatic() ? a : b;
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
