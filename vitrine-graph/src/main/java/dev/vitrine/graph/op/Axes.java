package dev.vitrine.graph.op;

import dev.vitrine.graph.GraphException;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Lists of axes as operations take them. */
final class Axes {
  private Axes() {}

  /** All axes of that rank. */
  static int[] all(int rank) {
    return IntStream.range(0, rank).toArray();
  }

  /** Each axis in 0..rank−1, sorted. */
  static int[] resolve(long[] axes, int rank) {
    int[] out = Arrays.stream(axes).mapToInt(a -> resolve(a, rank)).sorted().toArray();
    for (int i = 1; i < out.length; i++) {
      if (out[i] == out[i - 1]) {
        throw new GraphException("axis " + out[i] + " is listed twice");
      }
    }
    return out;
  }

  static int resolve(long axis, int rank) {
    Check.that(axis >= -rank && axis < rank, "axis %s is outside rank %s", axis, rank);
    return (int) (axis < 0 ? axis + rank : axis);
  }

  static boolean contains(int[] sorted, int axis) {
    return Arrays.binarySearch(sorted, axis) >= 0;
  }

  /** An index in 0..size−1 from one in −size..size−1. */
  static long index(long index, long size) {
    if (index < -size || index >= size) {
      throw new GraphException("index " + index + " is outside an axis of size " + size);
    }
    return index < 0 ? index + size : index;
  }
}
