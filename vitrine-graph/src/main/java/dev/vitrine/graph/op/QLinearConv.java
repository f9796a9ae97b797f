package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * The convolution of quantized tensors, quantized again; inputs x, its scale and zero point, the
 * weight, its scale and zero point (which may be one for each filter), the output's scale and zero
 * point, and an optional i32 bias in units of the first two scales' product. ONNX QLinearConv,
 * opset 10.
 */
public record QLinearConv(
    AutoPad autoPad,
    List<Long> dilations,
    long group,
    List<Long> kernelShape,
    List<Long> pads,
    List<Long> strides)
    implements Op {
  private Convolution convolution() {
    return new Convolution(autoPad, dilations, group, kernelShape, pads, strides);
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(new TensorType(in.dtype(7), convolution().shape(in, 0, 3)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    double[] x = Quantized.centred(in, 0, 2, 1);
    double[] w = Quantized.centred(in, 3, 5, 0);
    double[] y = convolution().run(x, in.shape(0), w, in.shape(3));
    if (in.has(8)) {
      Convolution.addBias(y, in.tensor(8), type.shape());
    }
    Quantized.scale(y, in, 1, 1, type.shape());
    Quantized.scale(y, in, 4, 1, type.shape());
    return List.of(Quantized.quantize(y, in, 6, 7, type));
  }
}
