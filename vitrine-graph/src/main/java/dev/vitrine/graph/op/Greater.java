package dev.vitrine.graph.op;

/** Whether a &gt; b, broadcast. ONNX Greater, opset 13. */
public record Greater() implements Comparison {
  @Override
  public boolean holds(int order) {
    return order > 0;
  }
}
