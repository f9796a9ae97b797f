package dev.vitrine.compiler.fused;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Numbers as they are after QuantizeLinear and DequantizeLinear with one scale: {@code
 * (clamp(rint(x / scale) + zero) − zero) · scale}, where clamp is to the range of the codes' type.
 *
 * <p>Input and output: f32 of one shape. The quotient and the product are rounded to float32.
 *
 * @param codes an integer type of at most 16 bits
 */
public record FakeQuantize(float scale, int zero, DType codes) implements Op {
  /** The least multiple of the scale that there is a code for. */
  public float least() {
    return (float) (codes.least() - zero);
  }

  /** The greatest multiple of the scale that there is a code for. */
  public float greatest() {
    return (float) (codes.greatest() - zero);
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    if (in.dtype(0) != DType.F32) {
      throw new GraphException("takes f32, not " + in.type(0));
    }
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor out = Tensor.zeros(in.tensor(0).type());
    for (long i = 0; i < out.count(); i++) {
      out.set(i, (double) apply((float) in.tensor(0).real(i)));
    }
    return List.of(out);
  }

  /** The number that stands for x. */
  public float apply(float x) {
    return (float) Math.clamp(Math.rint(x / scale), least(), greatest()) * scale;
  }
}
