package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Reverses, for each index on the batch axis, as many of the first elements on the time axis as
 * input 1 says. ONNX ReverseSequence, opset 10.
 */
public record ReverseSequence(long batchAxis, long timeAxis) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    Check.that(
        s.axis(batchAxis) != s.axis(timeAxis), "batch and time can't both be axis %s", timeAxis);
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    int batch = x.shape().axis(batchAxis);
    int time = x.shape().axis(timeAxis);
    long stride = Strides.of(x.shape())[time];
    Tensor out = Tensor.zeros(x.type());
    Cursor at = new Cursor(x.shape().sizes());
    for (long i = 0, n = x.count(); i < n; i++, at.next()) {
      long length = in.tensor(1).integer(at.index(batch));
      long t = at.index(time);
      long from = t < length ? length - 1 - t : t;
      Strides.copy(x, i + (from - t) * stride, out, i, 1);
    }
    return List.of(out);
  }
}
