package dev.vitrine.graph.op;

/** a & b of integers, broadcast. ONNX BitwiseAnd, opset 18. */
public record BitwiseAnd() implements Bitwise {
  @Override
  public long apply(long a, long b) {
    return a & b;
  }
}
