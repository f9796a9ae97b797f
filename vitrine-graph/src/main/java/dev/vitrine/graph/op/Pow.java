package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * a to the power of b, broadcast; of a's type whatever b's is. Powers of integers by natural
 * numbers are exact. ONNX Pow, opset 15.
 */
public record Pow() implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0).with(Broadcast.shape(in, 0)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor a = in.tensor(0);
    Tensor b = in.tensor(1);
    Tensor out = Tensor.zeros(infer(in).getFirst());
    boolean exact = !a.dtype().isFloat() && !b.dtype().isFloat();
    Cursor at = Broadcast.cursor(out.shape(), in);
    for (long i = 0, n = out.count(); i < n; i++, at.next()) {
      if (exact && b.integer(at.of(1)) >= 0) {
        out.set(i, power(a.integer(at.of(0)), b.integer(at.of(1))));
      } else {
        out.set(i, Math.pow(a.real(at.of(0)), b.real(at.of(1))));
      }
    }
    return List.of(out);
  }

  private static long power(long base, long exponent) {
    long result = 1;
    for (long e = exponent, square = base; e > 0; e >>= 1, square *= square) {
      if ((e & 1) != 0) {
        result *= square;
      }
    }
    return result;
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return in.dtype(0).isFloat() ? List.of() : Symbols.combine(in, Symbols::power);
  }
}
