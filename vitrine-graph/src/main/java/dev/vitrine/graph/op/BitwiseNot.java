package dev.vitrine.graph.op;

/** All bits of an integer inverted. ONNX BitwiseNot, opset 18. */
public record BitwiseNot() implements Unary {
  @Override
  public double apply(double x) {
    return apply((long) x);
  }

  @Override
  public long apply(long x) {
    return ~x;
  }
}
