package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.vitrine.compiler.plan.Program;
import dev.vitrine.engine.gen.Attention;
import dev.vitrine.engine.gen.CallLoop;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A thread's memory off the heap: a block of arguments, and areas for what routines work on. */
final class Block {
  /** The most functions of a {@link CallLoop}. */
  private static final int MOST_CALLS = 3;

  private static final int ARGUMENTS = Math.max(Attention.SLOTS, CallLoop.slots(MOST_CALLS));
  private static final int AREAS = 12;
  private static final MemorySegment ZEROS = Arena.global().allocate(16 << 10);

  private final MemorySegment arguments = allocate(ARGUMENTS * Long.BYTES);
  private final MemorySegment[] areas = new MemorySegment[AREAS];
  private byte[] bytes = new byte[0];
  private float[] floats = new float[0];

  /** The calling thread's. */
  static Block of(Scratch scratch) {
    return scratch.get(Block.class, Block::new);
  }

  private static MemorySegment allocate(long bytes) {
    return Arena.ofAuto().allocate(bytes, Program.ALIGNMENT);
  }

  /** Makes an area at least that large. What it held is lost where it has to grow. */
  void reserve(int area, long bytes) {
    if (areas[area] == null || areas[area].byteSize() < bytes) {
      areas[area] = allocate(bytes);
    }
  }

  /** At least so many bytes on the heap. */
  byte[] bytes(int n) {
    if (bytes.length < n) {
      bytes = new byte[n];
    }
    return bytes;
  }

  /** At least so many floats on the heap. */
  float[] floats(int n) {
    if (floats.length < n) {
      floats = new float[n];
    }
    return floats;
  }

  /** An area as it was reserved. */
  MemorySegment area(int area) {
    return areas[area];
  }

  /** The address of some kilobytes of zeros. */
  static long zeros() {
    return ZEROS.address();
  }

  /** Zeroes bytes without making a slice of the segment. */
  static void zero(MemorySegment to, long from, long bytes) {
    for (long done = 0; done < bytes; done += ZEROS.byteSize()) {
      MemorySegment.copy(ZEROS, 0, to, from + done, Math.min(ZEROS.byteSize(), bytes - done));
    }
  }

  Block set(Enum<?> argument, long value) {
    return set(argument.ordinal(), value);
  }

  Block set(int slot, long value) {
    arguments.setAtIndex(JAVA_LONG, slot, value);
    return this;
  }

  long get(Enum<?> argument) {
    return arguments.getAtIndex(JAVA_LONG, argument.ordinal());
  }

  void call(Routine routine) {
    routine.call(arguments);
  }
}
