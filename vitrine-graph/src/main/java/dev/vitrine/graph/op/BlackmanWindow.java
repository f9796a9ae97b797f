package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;

/**
 * 0.42 − 0.5 cos x + 0.08 cos 2x with x from 0 to 2π over the window. ONNX BlackmanWindow, opset
 * 17.
 */
public record BlackmanWindow(DType outputDatatype, boolean periodic) implements WindowFunction {
  @Override
  public double at(double angle) {
    return 0.42 - 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle);
  }
}
