package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;

/** ½ − ½ cos x with x from 0 to 2π over the window. ONNX HannWindow, opset 17. */
public record HannWindow(DType outputDatatype, boolean periodic) implements WindowFunction {
  @Override
  public double at(double angle) {
    return 0.5 - 0.5 * Math.cos(angle);
  }
}
