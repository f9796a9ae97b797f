package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.RoundMode;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Converts input 0 to the element type of input 1. ONNX CastLike, opset 25.
 *
 * @param saturate as of {@link Cast}
 * @param roundMode as of {@link Cast}
 */
public record CastLike(boolean saturate, RoundMode roundMode) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return cast(in).infer(in);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    return cast(in).evaluate(in);
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return cast(in).symbols(in);
  }

  private Cast cast(Inputs in) {
    return new Cast(in.dtype(1), saturate, roundMode);
  }
}
