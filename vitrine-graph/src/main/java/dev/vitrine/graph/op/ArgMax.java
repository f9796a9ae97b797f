package dev.vitrine.graph.op;

/** The index of the greatest element along an axis. ONNX ArgMax, opset 13. */
public record ArgMax(long axis, boolean keepdims, boolean selectLastIndex) implements ArgReduction {
  @Override
  public boolean greatest() {
    return true;
  }
}
