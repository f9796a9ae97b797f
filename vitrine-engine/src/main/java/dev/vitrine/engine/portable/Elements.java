package dev.vitrine.engine.portable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Moves elements of any type between memories. */
final class Elements {
  private Elements() {}

  /**
   * Copies {@code n} elements.
   *
   * @param bytes of an element
   * @param a where the first is, in bytes
   * @param in from one to the next, in bytes
   * @param b where the first goes, in bytes
   * @param out from one to the next, in bytes
   */
  static void copy(
      int bytes, MemorySegment from, long a, long in, MemorySegment to, long b, long out, int n) {
    if (in == bytes && out == bytes) {
      MemorySegment.copy(from, a, to, b, (long) n * bytes);
      return;
    }
    switch (bytes) {
      case 4 -> {
        var type = ValueLayout.JAVA_INT_UNALIGNED;
        for (int i = 0; i < n; i++) {
          to.set(type, b + i * out, from.get(type, a + i * in));
        }
      }
      case 8 -> {
        var type = ValueLayout.JAVA_LONG_UNALIGNED;
        for (int i = 0; i < n; i++) {
          to.set(type, b + i * out, from.get(type, a + i * in));
        }
      }
      case 2 -> {
        var type = ValueLayout.JAVA_SHORT_UNALIGNED;
        for (int i = 0; i < n; i++) {
          to.set(type, b + i * out, from.get(type, a + i * in));
        }
      }
      default -> {
        var type = ValueLayout.JAVA_BYTE;
        for (int i = 0; i < n; i++) {
          to.set(type, b + i * out, from.get(type, a + i * in));
        }
      }
    }
  }
}
