package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Imm.imm;

import dev.vitrine.engine.asm.Assembler;
import dev.vitrine.engine.asm.Floats;
import dev.vitrine.engine.asm.General;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Integers;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Masks;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Moves;
import dev.vitrine.engine.asm.Op;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Shuffles;
import dev.vitrine.engine.asm.Vec;
import java.util.Arrays;

/** Emits what differs between vectors of one width and another. */
final class Simd {
  /** Rounding modes; halves go to even. */
  static final int NEAREST = 8;

  static final int DOWN = 9;
  static final int UP = 10;

  /** Comparisons; what isn't less may be NaN. */
  static final int NOT_LESS = 5;

  /** Of what is NaN neither holds. */
  static final int LESS = 1;

  static final int GREATER = 14;

  private static final int UNORDERED = 3;

  private final Assembler a;
  private final Width width;

  Simd(Assembler a, Width width) {
    this.a = a;
    this.width = width;
  }

  Width width() {
    return width;
  }

  Vec vec(int id) {
    return new Vec(id, width.bytes());
  }

  /** Registers {@code from} to {@code from + count − 1}. */
  Vec[] vecs(int from, int count) {
    Vec[] out = new Vec[count];
    for (int i = 0; i < count; i++) {
      out[i] = vec(from + i);
    }
    return out;
  }

  /** A constant in every lane, as the last operand of an arithmetic instruction. */
  Mem all(float value) {
    return allBits(Float.floatToRawIntBits(value));
  }

  /** As {@link #all(float)}, from the bits. */
  Mem allBits(int bits) {
    return width == Width.AVX512 ? a.constant(bits).toAll() : everywhere(bits);
  }

  /** A constant in every lane, as memory of a whole vector. */
  Mem everywhere(int bits) {
    int[] lanes = new int[width.lanes()];
    Arrays.fill(lanes, bits);
    return a.constant(lanes);
  }

  /**
   * Memory's one element in every lane, as the last operand of an instruction; loaded where it must
   * be.
   */
  Operand all(Mem element, Vec spare) {
    if (width == Width.AVX512) {
      return element.toAll();
    }
    a.emit(Moves.VBROADCASTSS, spare, element);
    return spare;
  }

  void zero(Vec v) {
    a.emit(width == Width.AVX512 ? Integers.VPXORD : Floats.VXORPS, v, v, v);
  }

  void and(Vec to, Vec v, Operand by) {
    a.emit(width == Width.AVX512 ? Integers.VPANDD : Integers.VPAND, to, v, by);
  }

  void load(Vec v, Mem from) {
    a.emit(Moves.VMOVUPS, v, from);
  }

  void store(Mem to, Vec v) {
    a.emit(Moves.VMOVUPS, to, v);
  }

  void set(Vec v, float value) {
    a.emit(Moves.VBROADCASTSS, v, a.constant(value));
  }

  /**
   * Sets a mask for the lanes whose number, counted from {@code first}, is below the count in
   * memory. It is a mask register for {@link Width#AVX512} and {@code spare} otherwise.
   */
  Operand below(Mem count, int first, int maskId, Vec spare) {
    int[] numbers = new int[width.lanes()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = first + i;
    }
    a.emit(Moves.VPBROADCASTD, spare, count);
    if (width == Width.AVX512) {
      a.emit(Integers.VPCMPGTD, Mask.k(maskId), spare, a.constant(numbers));
      return Mask.k(maskId);
    }
    a.emit(Integers.VPCMPGTD, spare, spare, a.constant(numbers));
    return spare;
  }

  /** Loads the lanes that the mask selects and zeroes the others; a null mask selects all. */
  void load(Vec v, Mem from, Operand mask) {
    switch (mask) {
      case null -> load(v, from);
      case Mask k -> a.emit(Moves.VMOVUPS, v.zeroed(k), from);
      default -> a.emit(Moves.VMASKMOVPS, v, mask, from);
    }
  }

  /**
   * Loads the lanes that the mask selects and takes the others from {@code rest}; a null mask
   * selects all.
   */
  void loadOr(Vec v, Mem from, Operand mask, Vec rest) {
    switch (mask) {
      case null -> load(v, from);
      case Mask k -> {
        a.emit(Moves.VMOVAPS, v, rest);
        a.emit(Moves.VMOVUPS, v.masked(k), from);
      }
      default -> {
        a.emit(Moves.VMASKMOVPS, v, mask, from);
        a.emit(Floats.VBLENDVPS, v, rest, v, mask);
      }
    }
  }

  /** Zeroes the lanes that the mask doesn't select; a null mask selects all. */
  void keep(Vec v, Operand mask) {
    switch (mask) {
      case null -> {}
      case Mask k -> a.emit(Moves.VMOVAPS, v.zeroed(k), v);
      default -> a.emit(Floats.VANDPS, v, v, mask);
    }
  }

  /** All lanes' result in every lane: of an operation that may be done in any order. */
  void reduce(Op op, Vec v, Vec spare) {
    if (width == Width.AVX512) {
      a.emit(Shuffles.VEXTRACTF64X4, spare.as(32), v, imm(1));
      a.emit(op, v.as(32), v.as(32), spare.as(32));
    }
    a.emit(Shuffles.VEXTRACTF128, spare.as(16), v.as(32), imm(1));
    a.emit(op, v.as(16), v.as(16), spare.as(16));
    a.emit(Shuffles.VMOVHLPS, spare.as(16), v.as(16), v.as(16));
    a.emit(op, v.as(16), v.as(16), spare.as(16));
    a.emit(Shuffles.VMOVSHDUP, spare.as(16), v.as(16));
    a.emit(op, v.as(16), v.as(16), spare.as(16));
    a.emit(Moves.VBROADCASTSS, v, v.as(16));
  }

  /** Stores the lanes that the mask selects; a null mask selects all. */
  void store(Mem to, Vec v, Operand mask) {
    switch (mask) {
      case null -> store(to, v);
      case Mask k -> a.emit(Moves.VMOVUPS, to.masked(k), v);
      default -> a.emit(Moves.VMASKMOVPS, to, mask, v);
    }
  }

  /** {@code v = v op memory} for the lanes that the mask selects; a null mask selects all. */
  void apply(Op op, Vec v, Mem from, Operand mask, Vec spare) {
    switch (mask) {
      case null -> a.emit(op, v, v, from);
      case Mask k -> a.emit(op, v.masked(k), v, from);
      default -> {
        a.emit(Moves.VMASKMOVPS, spare, mask, from);
        a.emit(op, v, v, spare);
      }
    }
  }

  /** Rounds to a whole number, in one of the modes above. */
  void round(Vec to, Vec from, int mode) {
    a.emit(width == Width.AVX512 ? Floats.VRNDSCALEPS : Floats.VROUNDPS, to, from, imm(mode));
  }

  /** Zeroes what is less than that; NaN stays. */
  void flush(Vec v, float least, Mask mask, Vec spare) {
    keep(v, v, NOT_LESS, least, mask, spare);
  }

  /** Zeroes the lanes whose x doesn't compare so with that number. */
  void keep(Vec v, Vec x, int comparison, float with, Mask mask, Vec spare) {
    if (width == Width.AVX512) {
      a.emit(Floats.VCMPPS, mask, x, all(with), imm(comparison));
      a.emit(Moves.VMOVAPS, v.zeroed(mask), v);
    } else {
      a.emit(Floats.VCMPPS, spare, x, all(with), imm(comparison));
      a.emit(Floats.VANDPS, v, v, spare);
    }
  }

  /**
   * Sets a mask for the lanes in which a compares so with memory. It is a mask register for {@link
   * Width#AVX512} and {@code spare} otherwise.
   */
  Operand compare(Vec a, Mem with, int comparison, int maskId, Vec spare) {
    Operand mask = width == Width.AVX512 ? Mask.k(maskId) : spare;
    this.a.emit(Floats.VCMPPS, mask, a, with, imm(comparison));
    return mask;
  }

  /** Adds the lanes of another mask of the same kind. */
  void or(Operand mask, Operand other) {
    if (!mask.equals(other)) {
      a.emit(mask instanceof Mask ? Masks.KORW : Floats.VORPS, mask, mask, other);
    }
  }

  /** Jumps if the mask selects no lane. It may be overwritten. */
  void jumpIfNone(Label to, Gpr spare, Operand mask, Vec spareVector) {
    if (mask instanceof Vec v) {
      reduce(Floats.VORPS, v, spareVector);
      a.emit(Moves.VMOVD, spare.low(), v.as(16));
      a.emit(General.TEST, spare.low(), spare.low());
    } else {
      a.emit(Masks.KORTESTW, mask, mask);
    }
    a.emit(General.JE, to);
  }

  /** Makes v NaN where b is. */
  void orNan(Vec v, Vec b, int maskId, Vec spare) {
    if (width == Width.AVX512) {
      a.emit(Floats.VCMPPS, Mask.k(maskId), b, b, imm(UNORDERED));
      a.emit(Moves.VMOVAPS, v.masked(Mask.k(maskId)), b);
    } else {
      a.emit(Floats.VCMPPS, spare, b, b, imm(UNORDERED));
      a.emit(Floats.VBLENDVPS, v, v, b, spare);
    }
  }
}
