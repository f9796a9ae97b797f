package dev.vitrine.graph.op;

/** The index of the least element along an axis. ONNX ArgMin, opset 13. */
public record ArgMin(long axis, boolean keepdims, boolean selectLastIndex) implements ArgReduction {
  @Override
  public boolean greatest() {
    return false;
  }
}
