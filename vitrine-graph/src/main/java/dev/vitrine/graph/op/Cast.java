package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.RoundMode;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Converts to another element type: floating to integer by truncation, to bool by comparison with
 * 0. ONNX Cast, opset 25.
 *
 * @param saturate whether what is out of the range of a floating type of at most eight bits becomes
 *     the end of the range; of no effect on others
 * @param roundMode of f8e8m0; of no effect on others
 */
public record Cast(DType to, boolean saturate, RoundMode roundMode) implements Op {
  /** As ONNX has it where nothing is said of small types. */
  public Cast(DType to) {
    this(to, true, RoundMode.UP);
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0).with(to));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    return List.of(in.tensor(0).cast(to, saturate, roundMode));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    if (in.isKnown(0) && !to.isFloat() && in.tensor(0).count() <= Inputs.LONGEST) {
      long[] values = in.tensor(0).cast(to).toLongs();
      return List.of(Arrays.stream(values).mapToObj(Dim::of).toList());
    }
    return to == DType.BOOL ? List.of() : Symbols.same(in);
  }
}
