package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * x cut or padded with 0 at both ends of axes to the sizes in input 1; an odd element goes from or
 * to the end. No axes: all. ONNX CenterCropPad, opset 18.
 */
public record CenterCropPad(List<Long> axes) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    int n = axes.isEmpty() ? s.rank() : axes.size();
    List<Dim> sizes = in.sizes(1, n);
    for (int i = 0; i < n; i++) {
      s = s.with(s.axis(axes.isEmpty() ? i : axes.get(i)), sizes.get(i));
    }
    return List.of(in.type(0).with(s));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor out = Tensor.zeros(infer(in).getFirst());
    long[] from = Strides.of(x.shape());
    long[] to = Strides.of(out.shape());
    long[] sizes = new long[x.rank()];
    long cut = 0;
    long padded = 0;
    for (int i = 0; i < x.rank(); i++) {
      sizes[i] = Math.min(x.size(i), out.size(i));
      cut += (x.size(i) - sizes[i]) / 2 * from[i];
      padded += (out.size(i) - sizes[i]) / 2 * to[i];
    }
    Strides.move(x, cut, from, out, padded, to, sizes);
    return List.of(out);
  }
}
