package dev.vitrine.graph.op;

/** a | b of integers, broadcast. ONNX BitwiseOr, opset 18. */
public record BitwiseOr() implements Bitwise {
  @Override
  public long apply(long a, long b) {
    return a | b;
  }
}
