package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import java.util.List;

/** a · b, broadcast. ONNX Mul, opset 14. */
public record Mul() implements Elementwise {
  @Override
  public double apply(double a, double b) {
    return a * b;
  }

  @Override
  public long apply(long a, long b) {
    return a * b;
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.combine(in, Dim::times);
  }
}
