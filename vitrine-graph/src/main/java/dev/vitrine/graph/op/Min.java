package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import java.util.List;

/** The least of the inputs, broadcast; NaN if there is one. ONNX Min, opset 13. */
public record Min() implements Elementwise {
  @Override
  public double apply(double a, double b) {
    return Math.min(a, b);
  }

  @Override
  public long apply(long a, long b) {
    return Math.min(a, b);
  }

  @Override
  public long applyUnsigned(long a, long b) {
    return Long.compareUnsigned(a, b) <= 0 ? a : b;
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.combine(in, Symbols::min);
  }
}
