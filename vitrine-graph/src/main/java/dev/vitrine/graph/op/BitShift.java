package dev.vitrine.graph.op;

/**
 * Integers shifted by others, broadcast; a shift by a negative number or by more than the type's
 * bits leaves nothing but copies of the sign. ONNX BitShift, opset 28.
 */
public record BitShift(Direction direction) implements Bitwise {
  /** Towards the high bits or the low ones. */
  public enum Direction {
    LEFT,
    RIGHT
  }

  @Override
  public long apply(long a, long b) {
    boolean inside = b >= 0 && b < Long.SIZE;
    return switch (direction) {
      case LEFT -> inside ? a << b : 0;
      case RIGHT -> a >> (inside ? b : Long.SIZE - 1);
    };
  }

  @Override
  public long applyUnsigned(long a, long b) {
    boolean inside = b >= 0 && b < Long.SIZE;
    return direction == Direction.LEFT ? apply(a, b) : inside ? a >>> b : 0;
  }
}
