package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The slices along an axis for which input 1, a list of bools, holds true; those beyond its end are
 * left out. ONNX Compress, opset 11; its form without an axis is this one on the flattened input.
 */
public record Compress(long axis) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    Dim count = in.isKnown(1) ? Dim.of(picked(in.tensor(1)).length) : in.fresh(0);
    return List.of(in.type(0).with(s.with(s.axis(axis), count)));
  }

  private static long[] picked(Tensor condition) {
    return LongStream.range(0, condition.count()).filter(condition::bool).toArray();
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor picked = Tensor.ints(picked(in.tensor(1)));
    return new Gather(axis).evaluate(Inputs.of(in.tensor(0), picked));
  }
}
