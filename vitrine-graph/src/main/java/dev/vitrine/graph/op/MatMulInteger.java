package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * (a − its zero point) · (b − its zero point) in i32; inputs a, b and the optional zero points: one
 * number, one for each row of a, one for each column of b. ONNX MatMulInteger, opset 10.
 */
public record MatMulInteger() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape out = Products.shape(in.shape(0), in.shape(1));
    return List.of(new TensorType(DType.I32, out));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    double[] a = Quantized.centred(in, 0, 2, -2);
    double[] b = Quantized.centred(in, 1, 3, -1);
    double[] y = Products.of(in.shape(0), in.shape(1)).multiply(a, b);
    return List.of(Reals.to(infer(in).getFirst(), y));
  }
}
