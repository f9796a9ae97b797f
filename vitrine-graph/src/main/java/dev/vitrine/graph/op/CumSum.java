package dev.vitrine.graph.op;

/** Running sums along the axis in the scalar input 1. ONNX CumSum, opset 14. */
public record CumSum(boolean exclusive, boolean reverse) implements Cumulative {
  @Override
  public Elementwise step() {
    return new Add();
  }

  @Override
  public long start() {
    return 0;
  }
}
