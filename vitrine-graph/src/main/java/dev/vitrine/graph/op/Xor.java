package dev.vitrine.graph.op;

/** Exclusive disjunction of bool, broadcast. ONNX Xor, opset 7. */
public record Xor() implements Bitwise {
  @Override
  public long apply(long a, long b) {
    return a ^ b;
  }
}
