package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VPACKUSDW;
import static dev.vitrine.engine.asm.Converts.VPACKUSWB;
import static dev.vitrine.engine.asm.Converts.VPMOVDB;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.AND;
import static dev.vitrine.engine.asm.General.JE;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.SHL;
import static dev.vitrine.engine.asm.General.SHR;
import static dev.vitrine.engine.asm.General.SUB;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.General.XOR;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVQ;
import static dev.vitrine.engine.asm.Shuffles.VEXTRACTI128;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Op;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;

/**
 * What kernels share that work on one row of adjacent floats after another: passes over the row in
 * whole vectors and then the rest under a mask.
 */
abstract class RowEmitter extends Emitter {
  /** Several sums at once, so that one doesn't wait for the last. */
  static final int CHAINS = 4;

  final Gpr in;
  final Gpr out;
  final Gpr index;
  private final Gpr count;
  private final Gpr rows;
  // Where the next row's offset is; null when rows follow each other at a stride.
  private final Gpr picked;
  private final Width width;
  private final Vec maskVector;

  RowEmitter(Width width, Abi abi) {
    this(width, abi, false);
  }

  /**
   * @param picks whether input rows are found by {@link RowArg#INDEX}
   */
  RowEmitter(Width width, Abi abi, boolean picks) {
    super(width, abi);
    this.width = width;
    in = frame.gpr();
    out = frame.gpr();
    index = frame.gpr();
    count = frame.gpr();
    rows = frame.gpr();
    picked = picks ? frame.gpr() : null;
    maskVector = simd.vec(width.registers() - 1);
  }

  /**
   * Part of a pass: the vector at {@link #index}, of which only the lanes of the mask exist; null
   * for all.
   */
  interface Part {
    void emit(int chain, int disp, Operand mask);
  }

  /** Emits {@code row} for each row. */
  final void eachRow(Runnable row) {
    int lanes = width.lanes();
    a.emit(MOV, count, arg(RowArg.COLUMNS));
    a.emit(AND, count, imm(lanes - 1));
    a.emit(MOV, arg(RowArg.REST), count);
    rest();
    if (picked == null) {
      a.emit(MOV, in, arg(RowArg.IN));
    } else {
      a.emit(MOV, picked, arg(RowArg.INDEX));
    }
    a.emit(MOV, out, arg(RowArg.OUT));
    a.emit(MOV, rows, arg(RowArg.ROWS));
    times(
        rows,
        "row",
        () -> {
          if (picked == null) {
            row.run();
            a.emit(ADD, in, arg(RowArg.IN_STRIDE));
          } else {
            a.emit(MOV, in, at(picked));
            a.emit(ADD, in, arg(RowArg.IN));
            row.run();
            a.emit(ADD, picked, imm(Long.BYTES));
          }
          a.emit(ADD, out, arg(RowArg.OUT_STRIDE));
          nextRow();
        });
  }

  /** What else goes along from row to row. */
  void nextRow() {}

  private Operand rest() {
    return simd.below(arg(RowArg.REST), 0, 1, maskVector);
  }

  /** Part of a pass without masks. */
  interface Whole {
    void emit(int chain, int disp);
  }

  /** Goes along a row once. */
  final void pass(String name, Part part) {
    wholes(name, (chain, disp) -> part.emit(chain, disp, null));
    ifRest(name, () -> part.emit(0, 0, width == Width.AVX512 ? Mask.k(1) : maskVector));
  }

  /**
   * Goes along a row of at least one vector in whole vectors: the last may overlap the one before.
   */
  final void passOver(String name, Whole part) {
    wholes(name, part);
    ifRest(
        name,
        () -> {
          a.emit(MOV, index, arg(RowArg.COLUMNS));
          a.emit(SHL, index, imm(2));
          a.emit(SUB, index, imm(width.bytes()));
          part.emit(0, 0);
        });
  }

  /** Goes along the whole vectors of a row. */
  final void wholes(String name, Whole part) {
    int bytes = width.bytes();
    a.emit(XOR, index.low(), index.low());
    a.emit(MOV, count, arg(RowArg.COLUMNS));
    a.emit(SHR, count, imm(Integer.numberOfTrailingZeros(width.lanes())));
    times(
        count,
        name,
        CHAINS,
        n -> {
          for (int chain = 0; chain < n; chain++) {
            part.emit(chain, chain * bytes);
          }
          a.emit(ADD, index, imm((long) n * bytes));
        });
  }

  private void ifRest(String name, Runnable body) {
    Label whole = a.label(name + "_whole");
    a.emit(MOV, count, arg(RowArg.REST));
    a.emit(TEST, count, count);
    a.emit(JE, whole);
    body.run();
    a.bind(whole);
  }

  /**
   * Stores the lowest byte of each lane at the pass's place of a row of bytes.
   *
   * @param place overwritten
   * @param x overwritten
   */
  final void storeLowBytes(Gpr row, Gpr place, int disp, Vec x, Vec spare) {
    a.emit(MOV, place, index);
    a.emit(SHR, place, imm(2));
    Mem to = at(row, place, 1, disp / Float.BYTES);
    if (width == Width.AVX512) {
      a.emit(VPMOVDB, to, x);
    } else {
      simd.and(x, x, simd.allBits(0xff));
      a.emit(VEXTRACTI128, spare.as(16), x, imm(1));
      a.emit(VPACKUSDW, x.as(16), x.as(16), spare.as(16));
      a.emit(VPACKUSWB, x.as(16), x.as(16), x.as(16));
      a.emit(VMOVQ, to, x.as(16));
    }
  }

  /** The element of a row, or of what goes along with it, at the pass's place. */
  final Mem here(Gpr row, int disp) {
    return at(row, index, 1, disp);
  }

  /** One value of several chains, in every lane: an operation that may be done in any order. */
  final void combine(Op op, Vec[] chains, Vec spare) {
    for (int i = 1; i < chains.length; i++) {
      a.emit(op, chains[0], chains[0], chains[i]);
    }
    simd.reduce(op, chains[0], spare);
  }
}
