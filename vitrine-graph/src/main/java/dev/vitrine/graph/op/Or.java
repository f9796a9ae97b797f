package dev.vitrine.graph.op;

/** Logical disjunction of bool, broadcast. ONNX Or, opset 7. */
public record Or() implements Bitwise {
  @Override
  public long apply(long a, long b) {
    return a | b;
  }
}
