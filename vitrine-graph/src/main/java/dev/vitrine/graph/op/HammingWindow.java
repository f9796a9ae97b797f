package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;

/** 25/46 − 21/46 cos x with x from 0 to 2π over the window. ONNX HammingWindow, opset 17. */
public record HammingWindow(DType outputDatatype, boolean periodic) implements WindowFunction {
  @Override
  public double at(double angle) {
    return 25.0 / 46 - 21.0 / 46 * Math.cos(angle);
  }
}
