package dev.vitrine.engine.emulate;

import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Instruction;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Masked;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import java.util.function.IntPredicate;
import java.util.function.ToLongFunction;

/** A processor's registers, and how instructions read and write them. Lanes are of 32 bits. */
final class State {
  final long[] general = new long[16];
  final int[][] vectors = new int[32][16];
  final long[] masks = new long[8];
  final byte[][][] matrices = new byte[8][][];
  // Of matrices; 0 where they have no size.
  final int[] matrixRows = new int[8];
  final int[] matrixBytes = new int[8];
  boolean zero;
  boolean sign;
  boolean overflow;
  boolean carry;
  GuardedMemory memory;
  ToLongFunction<Label> addresses;

  /** Takes the matrices' sizes away. */
  void release() {
    for (int t = 0; t < 8; t++) {
      matrices[t] = new byte[16][64];
      matrixRows[t] = 0;
      matrixBytes[t] = 0;
    }
  }

  int[][] copyVectors() {
    int[][] out = new int[32][];
    for (int i = 0; i < 32; i++) {
      out[i] = vectors[i].clone();
    }
    return out;
  }

  long address(Mem m) {
    if (m.label() != null) {
      return addresses.applyAsLong(m.label()) + m.disp();
    }
    long index = m.index() instanceof Gpr g ? general[g.id()] : 0;
    return general[m.base().id()] + index * m.scale() + m.disp();
  }

  /** Lane {@code lane} of a source: of a vector, of memory, or of memory's one element. */
  int lane(Operand o, int lane) {
    return switch (o) {
      case Vec v -> vectors[v.id()][lane];
      case Mem m -> (int) memory.load(address(m) + (m.broadcast() ? 0 : 4L * lane), 4);
      default -> throw new IllegalArgumentException(o + " has no lanes");
    };
  }

  /** All of a source's lanes of an instruction of that many bytes. */
  int[] lanes(Operand o, int bytes) {
    int[] out = new int[bytes / 4];
    for (int i = 0; i < out.length; i++) {
      out[i] = lane(o, i);
    }
    return out;
  }

  /** What a lane of the result is. */
  interface Lane {
    int of(int lane);
  }

  /**
   * Writes the destination lane by lane; masked lanes aren't computed, so that nothing is read for
   * them.
   */
  void write(Instruction i, Lane result) {
    write(i.operands().getFirst(), i.length() / 4, result);
  }

  void write(Operand to, int lanes, Lane result) {
    Operand target = to instanceof Masked m ? m.target() : to;
    int[] values = new int[16];
    for (int lane = 0; lane < lanes; lane++) {
      if (selects(to, lane)) {
        values[lane] = result.of(lane);
      } else if (target instanceof Vec v && !((Masked) to).zeroing()) {
        values[lane] = vectors[v.id()][lane];
      }
    }
    switch (target) {
      case Vec v -> System.arraycopy(values, 0, vectors[v.id()], 0, 16);
      case Mem m -> {
        for (int lane = 0; lane < lanes; lane++) {
          if (selects(to, lane)) {
            memory.store(address(m) + 4L * lane, 4, values[lane]);
          }
        }
      }
      default -> throw new IllegalArgumentException(to + " can't be written");
    }
  }

  /** Whether the destination's mask lets a lane through. */
  boolean selects(Operand to, int lane) {
    return !(to instanceof Masked m) || (masks[m.mask().id()] >> lane & 1) != 0;
  }

  /** Sets a mask register from a condition on each lane. */
  void writeMask(Operand to, int lanes, IntPredicate condition) {
    long bits = 0;
    for (int lane = 0; lane < lanes; lane++) {
      if (selects(to, lane) && condition.test(lane)) {
        bits |= 1L << lane;
      }
    }
    masks[((Mask) (to instanceof Masked m ? m.target() : to)).id()] = bits;
  }
}
