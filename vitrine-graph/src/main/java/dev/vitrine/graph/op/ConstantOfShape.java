package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.Collections;
import java.util.List;

/**
 * A tensor of the shape in input 0, filled with the one element of {@code value}. ONNX
 * ConstantOfShape, opset 24.
 */
public record ConstantOfShape(Tensor value) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    List<Dim> shape = in.sizes(0);
    return List.of(new TensorType(value.dtype(), new Shape(shape)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Shape shape = infer(in).getFirst().shape();
    return List.of(Strides.gather(value, 0, new long[shape.rank()], shape));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    Shape shape = infer(in).getFirst().shape();
    return value.dtype().isFloat() || !shape.isStatic() || shape.count() > Inputs.LONGEST
        ? List.of()
        : List.of(Collections.nCopies((int) shape.count(), Dim.of(value.integer(0))));
  }
}
