package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.vitrine.compiler.plan.Buffer;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Addresses of a view's elements, all in bytes. */
final class Place {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final View view;
  private final MemorySegment constant;
  private final long start;
  private final long[] sizes;
  private final long[] strides;

  Place(View view, Constants constants) {
    this.view = view;
    Buffer buffer = constants.buffer(view);
    long bytes = view.dtype().bytes();
    constant = buffer.isConstant() ? constants.copy(view) : null;
    start = (buffer.isConstant() ? constant.address() : buffer.offset()) + view.offset() * bytes;
    sizes = new long[view.rank()];
    strides = new long[view.rank()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = view.size(i);
      strides[i] = view.stride(i) * bytes;
    }
  }

  View view() {
    return view;
  }

  int size(int axis) {
    return Math.toIntExact(sizes[axis]);
  }

  /** From one element of an axis to the next; a negative axis counts from the end. */
  long stride(int axis) {
    return strides[axis < 0 ? axis + strides.length : axis];
  }

  /** A float of a vector. */
  float number(MemorySegment arena, int i) {
    return constant == null
        ? arena.get(FLOAT, start + i * strides[0])
        : constant.get(FLOAT, start - constant.address() + i * strides[0]);
  }

  /** A byte of a vector as a number from 0 to 255. */
  int unsigned(MemorySegment arena, int i) {
    return 0xff
        & (constant == null
            ? arena.get(JAVA_BYTE, start + i * strides[0])
            : constant.get(JAVA_BYTE, start - constant.address() + i * strides[0]));
  }

  /**
   * The address of the element at a row-major index over the first {@code axes} axes, and 0 in the
   * others.
   */
  long at(MemorySegment arena, long index, int axes) {
    long at = constant == null ? arena.address() + start : start;
    long rest = index;
    for (int i = axes - 1; i > 0; i--) {
      at += rest % sizes[i] * strides[i];
      rest /= sizes[i];
    }
    return axes == 0 ? at : at + rest * strides[0];
  }
}
