package dev.vitrine.graph.op;

/** Running products along the axis in the scalar input 1. ONNX CumProd, opset 26. */
public record CumProd(boolean exclusive, boolean reverse) implements Cumulative {
  @Override
  public Elementwise step() {
    return new Mul();
  }

  @Override
  public long start() {
    return 1;
  }
}
