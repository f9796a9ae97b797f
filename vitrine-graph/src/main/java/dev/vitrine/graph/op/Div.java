package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import java.util.List;

/** a ÷ b, broadcast; integers are truncated towards zero. ONNX Div, opset 14. */
public record Div() implements Elementwise {
  @Override
  public double apply(double a, double b) {
    return a / b;
  }

  @Override
  public long apply(long a, long b) {
    return a / b;
  }

  @Override
  public long applyUnsigned(long a, long b) {
    return Long.divideUnsigned(a, b);
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return in.dtype(0).isFloat() ? List.of() : Symbols.combine(in, Symbols::quotient);
  }
}
