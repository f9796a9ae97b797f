package dev.vitrine.graph.op;

/** Logical conjunction of bool, broadcast. ONNX And, opset 7. */
public record And() implements Bitwise {
  @Override
  public long apply(long a, long b) {
    return a & b;
  }
}
