package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Quantizes to u8 over the range of x and 0; outputs: the quantized tensor, its scale and its zero
 * point. ONNX DynamicQuantizeLinear, opset 11.
 */
public record DynamicQuantizeLinear() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(
        in.type(0).with(DType.U8),
        new TensorType(DType.F32, Shape.SCALAR),
        new TensorType(DType.U8, Shape.SCALAR));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    float[] x = in.tensor(0).toFloats();
    float least = 0;
    float most = 0;
    for (float v : x) {
      least = Math.min(least, v);
      most = Math.max(most, v);
    }
    float scale = most == least ? 1f / 255 : (most - least) / 255;
    double zero = Math.rint(Math.clamp(-least / scale, 0f, 255f));
    Tensor y = Tensor.zeros(in.type(0).with(DType.U8));
    for (int i = 0; i < x.length; i++) {
      y.set(i, Reals.clamp(Math.rint(x[i] / scale) + zero, DType.U8));
    }
    return List.of(y, Tensor.scalar(scale), Tensor.scalar(DType.U8, zero));
  }
}
