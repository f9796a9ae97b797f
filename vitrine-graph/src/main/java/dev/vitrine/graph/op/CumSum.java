package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Running sums along the axis in the scalar input 1; {@code exclusive}: without the element itself;
 * {@code reverse}: from the end. ONNX CumSum, opset 14.
 */
public record CumSum(boolean exclusive, boolean reverse) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor out = Tensor.zeros(x.type());
    Lines lines = new Lines(x.shape(), x.shape().axis(in.tensor(1).integer(0)));
    for (long line = 0; line < lines.count(); line++) {
      double real = 0;
      long integer = 0;
      for (long k = 0; k < lines.length(); k++) {
        long i = lines.at(line, reverse ? lines.length() - 1 - k : k);
        if (x.dtype().isFloat()) {
          out.set(i, exclusive ? real : real + x.real(i));
          real += x.real(i);
        } else {
          out.set(i, exclusive ? integer : integer + x.integer(i));
          integer += x.integer(i);
        }
      }
    }
    return List.of(out);
  }
}
