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
 * A new axis on which the place that the index tells holds the second of the values in input 2, and
 * all others the first. Inputs: indices, the axis's size, the two values. Indices outside the axis
 * mark nothing. ONNX OneHot, opset 11.
 */
public record OneHot(long axis) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    List<Dim> dims = new ArrayList<>(in.shape(0).dims());
    Dim depth = in.isKnown(1) ? Dim.of(in.tensor(1).integer(0)) : in.sizes(1, 1).getFirst();
    dims.add(Axes.resolve(axis, dims.size() + 1), depth);
    return List.of(new TensorType(in.dtype(2), new Shape(dims)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor indices = in.tensor(0);
    Tensor values = in.tensor(2);
    Tensor out = Tensor.zeros(infer(in).getFirst());
    Lines lines = new Lines(out.shape(), Axes.resolve(axis, out.rank()));
    for (long line = 0; line < lines.count(); line++) {
      long index = indices.integer(line);
      long hot = index < 0 ? index + lines.length() : index;
      for (long i = 0; i < lines.length(); i++) {
        Strides.copy(values, i == hot ? 1 : 0, out, lines.at(line, i), 1);
      }
    }
    return List.of(out);
  }
}
