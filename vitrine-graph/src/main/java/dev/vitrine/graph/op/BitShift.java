package dev.vitrine.graph.op;


/** Unsigned integers shifted by others, broadcast. ONNX BitShift, opset 11. */
public record BitShift(Direction direction) implements Bitwise {
  /** Towards the high bits or the low ones. */
  public enum Direction {
    LEFT,
    RIGHT
  }

  @Override
  public long apply(long a, long b) {
    if (Long.compareUnsigned(b, 63) > 0) {
      return 0;
    }
    return direction == Direction.LEFT ? a << b : a >>> b;
  }
}
