package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * The largest element of each window and, as a second output, its index in the flat input: of
 * row-major planes for {@code storageOrder} 0, of column-major ones for 1. ONNX MaxPool, opset 22.
 */
public record MaxPool(
    AutoPad autoPad,
    boolean ceilMode,
    List<Long> dilations,
    List<Long> kernelShape,
    List<Long> pads,
    long storageOrder,
    List<Long> strides)
    implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    TensorType y = in.type(0).with(Pooling.shape(in, sliding()));
    return List.of(y, y.with(DType.I64));
  }

  private Sliding sliding() {
    return new Sliding(autoPad, kernelShape, strides, dilations, pads, ceilMode);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    List<TensorType> types = infer(in);
    double[] x = Reals.of(in.tensor(0));
    Window window = sliding().over(in.shape(0));
    double[] best =
        Pooling.run(x, window, (a, at, taps, count, _) -> Pooling.largest(a, at, taps, count));
    Tensor y = Tensor.zeros(types.get(0));
    Tensor indices = Tensor.zeros(types.get(1));
    for (int i = 0; i < best.length; i++) {
      int plane = i / window.positions() * window.inputs();
      int at = (int) best[i];
      y.set(i, at < 0 ? Double.NEGATIVE_INFINITY : x[plane + at]);
      indices.set(i, (long) plane + (storageOrder == 0 ? at : columnMajor(at, window.in())));
    }
    return List.of(y, indices);
  }

  private static int columnMajor(int at, int[] sizes) {
    int out = 0;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      int inner = 1;
      for (int i = 0; i < axis; i++) {
        inner *= sizes[i];
      }
      out += at % sizes[axis] * inner;
      at /= sizes[axis];
    }
    return out;
  }
}
