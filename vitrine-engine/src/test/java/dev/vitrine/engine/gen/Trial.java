package dev.vitrine.engine.gen;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.emulate.Emulator;
import dev.vitrine.engine.machine.Calls;
import dev.vitrine.engine.machine.CodeMemory;
import dev.vitrine.engine.machine.Machine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Buffers and arguments for one run of a kernel, which is emulated for every calling convention,
 * and run for real where the machine has the instructions: all must leave the same bits everywhere.
 */
final class Trial implements AutoCloseable {
  /** What memory that isn't to be used holds: a NaN of its own. */
  static final int POISON = 0x7fc0beef;

  private static final int ARGUMENTS = Attention.SLOTS * Long.BYTES;

  static {
    for (Level level : Level.values()) {
      boolean real = Machine.host().sets().containsAll(level.sets());
      System.out.println(
          "kernels for " + level.text() + ": emulated" + (real ? ", and run for real" : ""));
    }
  }

  private final Arena arena = Arena.ofShared();
  private final MemorySegment arguments = arena.allocate(ARGUMENTS, 64);
  private final List<MemorySegment> regions = new ArrayList<>(List.of(arguments));

  /**
   * Rows of floats: {@code at(row, column)} is {@code row · stride + column}; what is between is
   * poisoned.
   */
  final class Grid {
    private final MemorySegment memory;
    private final int rows;
    private final int columns;
    private final int stride;

    private Grid(int rows, int columns, int stride) {
      this.rows = rows;
      this.columns = columns;
      this.stride = stride;
      long floats = rows == 0 ? 0 : (rows - 1L) * stride + columns;
      // An odd start, and an end right behind the last element.
      MemorySegment whole = arena.allocate(4 * floats + 4, 64);
      memory = whole.asSlice(4);
      for (long i = 0; i < floats; i++) {
        memory.set(JAVA_FLOAT_UNALIGNED, 4 * i, Float.intBitsToFloat(POISON));
      }
      regions.add(memory);
    }

    float get(int row, int column) {
      return memory.get(JAVA_FLOAT_UNALIGNED, 4L * ((long) row * stride + column));
    }

    void set(int row, int column, float value) {
      memory.set(JAVA_FLOAT_UNALIGNED, 4L * ((long) row * stride + column), value);
    }

    /** Stores 8 bytes over two columns. */
    void setLong(int row, int column, long value) {
      memory.set(JAVA_LONG_UNALIGNED, 4L * ((long) row * stride + column), value);
    }

    double[] row(int row) {
      double[] out = new double[columns];
      for (int c = 0; c < columns; c++) {
        out[c] = get(row, c);
      }
      return out;
    }

    Grid random(Random random, float scale) {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          set(r, c, (random.nextFloat() - 0.5f) * scale);
        }
      }
      return this;
    }

    /** Fails where something between the rows was written. */
    void checkPadding(String what) {
      for (int r = 0; r + 1 < rows; r++) {
        for (int c = columns; c < stride; c++) {
          if (Float.floatToRawIntBits(get(r, c)) != POISON) {
            throw new AssertionError(what + ": wrote behind row " + r + " at column " + c);
          }
        }
      }
    }

    long address() {
      return memory.address();
    }

    long address(int row) {
      return memory.address() + row * strideBytes();
    }

    long strideBytes() {
      return 4L * stride;
    }
  }

  /** Bytes with an odd start and nothing behind the last one. */
  MemorySegment bytes(long count) {
    MemorySegment whole = arena.allocate(count + 1, 64);
    MemorySegment memory = whole.asSlice(1);
    regions.add(memory);
    return memory;
  }

  Grid grid(int rows, int columns, int stride) {
    return new Grid(rows, columns, stride);
  }

  void set(Enum<?> argument, long value) {
    set(argument.ordinal(), value);
  }

  void set(int slot, long value) {
    arguments.setAtIndex(JAVA_LONG, slot, value);
  }

  private static final Map<Generator, Map<Abi, Code>> CODES = new HashMap<>();

  static Code code(Generator generator, Abi abi) {
    return CODES
        .computeIfAbsent(generator, _ -> new EnumMap<>(Abi.class))
        .computeIfAbsent(abi, generator::generate);
  }

  private static boolean isReal(Generator generator) {
    return Machine.host().sets().containsAll(generator.sets());
  }

  /** Runs the kernel; the buffers hold its results after. */
  void run(Generator generator) {
    List<byte[]> before = contents();
    List<byte[]> after = null;
    for (Abi abi : Abi.values()) {
      restore(before);
      new Emulator().call(code(generator, abi), abi, arguments, regions);
      after = same(after, "emulated for " + abi);
    }
    if (isReal(generator)) {
      restore(before);
      try (Arena owner = Arena.ofConfined()) {
        Calls.call(CodeMemory.load(code(generator, Abi.host()), owner), arguments);
      }
      same(after, "run for real");
    }
  }

  private List<byte[]> same(List<byte[]> expected, String how) {
    List<byte[]> now = contents();
    for (int i = 1; expected != null && i < now.size(); i++) {
      MemorySegment a = MemorySegment.ofArray(expected.get(i));
      MemorySegment b = MemorySegment.ofArray(now.get(i));
      long floats = a.byteSize() / 4 * 4;
      if (MemorySegment.mismatch(a, floats, a.byteSize(), b, floats, b.byteSize()) >= 0) {
        throw new AssertionError(how + " the end of buffer " + i + " differs");
      }
      for (long at = 0; at < floats; at += 4) {
        float x = a.get(JAVA_FLOAT_UNALIGNED, at);
        float y = b.get(JAVA_FLOAT_UNALIGNED, at);
        if (Float.floatToIntBits(x) != Float.floatToIntBits(y)) {
          throw new AssertionError(
              how + " it is " + y + ", not " + x + ", at float " + at / 4 + " of buffer " + i);
        }
      }
    }
    return now;
  }

  private List<byte[]> contents() {
    return regions.stream().map(r -> r.toArray(JAVA_BYTE)).toList();
  }

  private void restore(List<byte[]> contents) {
    for (int i = 0; i < contents.size(); i++) {
      regions.get(i).copyFrom(MemorySegment.ofArray(contents.get(i)));
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
