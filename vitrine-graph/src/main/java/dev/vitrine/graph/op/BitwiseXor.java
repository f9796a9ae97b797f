package dev.vitrine.graph.op;

/** a ^ b of integers, broadcast. ONNX BitwiseXor, opset 18. */
public record BitwiseXor() implements Bitwise {
  @Override
  public long apply(long a, long b) {
    return a ^ b;
  }
}
