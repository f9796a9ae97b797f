package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * The convolution of x and weight, each minus its optional zero point, in i32; the weight may have
 * one for each filter. Padding stands for the zero point. ONNX ConvInteger, opset 10.
 */
public record ConvInteger(
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
    return List.of(new TensorType(DType.I32, convolution().shape(in, 0, 1)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    double[] x = Quantized.centred(in, 0, 2, 1);
    double[] w = Quantized.centred(in, 1, 3, 0);
    double[] y = convolution().run(x, in.shape(0), w, in.shape(1));
    return List.of(Reals.to(infer(in).getFirst(), y));
  }
}
