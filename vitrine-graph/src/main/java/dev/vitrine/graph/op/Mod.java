package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import java.util.List;

/**
 * The remainder of a ÷ b, broadcast: with the sign of b, or with that of a when {@code fmod}. ONNX
 * Mod, opset 13.
 */
public record Mod(boolean fmod) implements Elementwise {
  @Override
  public double apply(double a, double b) {
    double r = a % b;
    return fmod || r == 0 || (r < 0) == (b < 0) ? r : r + b;
  }

  @Override
  public long apply(long a, long b) {
    return fmod ? a % b : Math.floorMod(a, b);
  }

  @Override
  public long applyUnsigned(long a, long b) {
    return Long.remainderUnsigned(a, b);
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return fmod ? List.of() : Symbols.combine(in, Symbols::remainder);
  }
}
