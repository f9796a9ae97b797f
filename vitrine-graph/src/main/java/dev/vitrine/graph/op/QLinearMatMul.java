package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * The product of quantized matrices, quantized again; inputs a, its scale and zero point, b, its
 * scale and zero point, the output's scale and zero point. There may be one scale for each row of a
 * and for each column of b. ONNX QLinearMatMul, opset 21.
 */
public record QLinearMatMul() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(new TensorType(in.dtype(7), Products.shape(in.shape(0), in.shape(3))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    double[] a = Quantized.centred(in, 0, 2, -2);
    double[] b = Quantized.centred(in, 3, 5, -1);
    double[] y = Products.of(in.shape(0), in.shape(3)).multiply(a, b);
    Quantized.scale(y, in, 1, -2, type.shape());
    Quantized.scale(y, in, 4, -1, type.shape());
    return List.of(Quantized.quantize(y, in, 6, 7, type));
  }
}
