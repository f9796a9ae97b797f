package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Buffer;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A view with its memory: moves floats between it and arrays. */
final class Strided {
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final View view;
  private final MemorySegment constant;
  private final long start;
  private final long[] sizes;
  private final long[] strides;

  Strided(View view, Constants constants) {
    this.view = view;
    Buffer buffer = constants.buffer(view);
    constant = buffer.isConstant() ? constants.copy(view) : null;
    start = view.offset() + (buffer.isConstant() ? 0 : buffer.offset() / view.dtype().bytes());
    sizes = view.sizes().stream().mapToLong(Long::longValue).toArray();
    strides = view.strides().stream().mapToLong(Long::longValue).toArray();
  }

  View view() {
    return view;
  }

  MemorySegment memory(MemorySegment arena) {
    return constant == null ? arena : constant;
  }

  /** The place of the first element, in elements from the start of the memory. */
  long start() {
    return start;
  }

  /** The place of the first element of a row: the row-major index over the leading axes. */
  long at(long index, int axes) {
    long at = start;
    long rest = index;
    for (int i = axes - 1; i > 0; i--) {
      at += rest % sizes[i] * strides[i];
      rest /= sizes[i];
    }
    return axes == 0 ? at : at + rest * strides[0];
  }

  /** The stride of the last axis. */
  long step() {
    return strides.length == 0 ? 1 : strides[strides.length - 1];
  }

  void read(MemorySegment arena, long at, long step, float[] to, int position, int n) {
    MemorySegment m = memory(arena);
    if (step == 1) {
      MemorySegment.copy(m, FLOAT, at * 4, to, position, n);
    } else if (step == 0) {
      Arrays.fill(to, position, position + n, n == 0 ? 0 : m.get(FLOAT, at * 4));
    } else {
      for (int i = 0; i < n; i++) {
        to[position + i] = m.get(FLOAT, (at + i * step) * 4);
      }
    }
  }

  /**
   * Reads bytes and puts down what they stand for.
   *
   * @param table 256 floats a channel
   * @param channel of the first byte; the next one is of the next channel
   */
  void lookUp(
      MemorySegment arena,
      long at,
      long step,
      float[] table,
      int channel,
      float[] to,
      int position,
      int n) {
    MemorySegment m = memory(arena);
    for (int i = 0; i < n; i++) {
      int level = m.get(ValueLayout.JAVA_BYTE, at + i * step) & 0xff;
      to[position + i] = table[(channel + i) * 256 + level];
    }
  }

  /** Reads unsigned bytes and takes a number from each. */
  void readBytes(
      MemorySegment arena, long at, long step, int less, float[] to, int position, int n) {
    MemorySegment m = memory(arena);
    for (int i = 0; i < n; i++) {
      to[position + i] = (m.get(ValueLayout.JAVA_BYTE, at + i * step) & 255) - less;
    }
  }

  void write(MemorySegment arena, long at, long step, float[] from, int position, int n) {
    MemorySegment m = memory(arena);
    if (step == 1) {
      MemorySegment.copy(from, position, m, FLOAT, at * 4, n);
    } else {
      for (int i = 0; i < n; i++) {
        m.set(FLOAT, (at + i * step) * 4, from[position + i]);
      }
    }
  }
}
