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
 * Puts each element of x [N, C, spatial…] where MaxPool's indices, the second input, say that it
 * came from, among zeros. The optional third input is a shape at least as large as what the pool's
 * attributes give. ONNX MaxUnpool, opset 22.
 */
public record MaxUnpool(List<Long> kernelShape, List<Long> pads, List<Long> strides) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape pooled = pooled(in);
    if (!in.has(2)) {
      return List.of(in.type(0).with(pooled));
    }
    List<Dim> stated = in.sizes(2, pooled.rank());
    Check.that(stated.size() == pooled.rank(), "output_shape has %s sizes", stated.size());
    return List.of(in.type(0).with(new Shape(stated)));
  }

  /** The shape that the indices are for. */
  private Shape pooled(Inputs in) {
    Shape x = Check.rank(kernelShape.size() + 2, in, 0);
    var s = new Sliding(AutoPad.NOTSET, kernelShape, strides, List.of(), pads, false);
    List<Dim> out = new ArrayList<>(x.dims().subList(0, 2));
    for (int i = 0; i < kernelShape.size(); i++) {
      long pad = s.pads().get(i) + s.pads().get(i + kernelShape.size());
      Dim steps = x.dim(i + 2).minus(Dim.of(1)).times(Dim.of(s.strides().get(i)));
      out.add(steps.plus(Dim.of(kernelShape.get(i) - pad)));
    }
    return new Shape(out);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    Tensor x = in.tensor(0);
    Tensor y = Tensor.zeros(type);
    long[] sizes = pooled(in).sizes();
    long[] strides = Strides.of(type.shape());
    for (long i = 0; i < x.count(); i++) {
      long index = in.tensor(1).integer(i);
      long to = 0;
      for (int axis = sizes.length - 1; axis >= 0; axis--) {
        to += index % sizes[axis] * strides[axis];
        index /= sizes[axis];
      }
      y.set(to, x.real(i));
    }
    return List.of(y);
  }
}
