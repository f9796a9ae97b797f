package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VMAXPS;
import static dev.vitrine.engine.asm.Floats.VMINPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.CMP;
import static dev.vitrine.engine.asm.General.IMUL;
import static dev.vitrine.engine.asm.General.INC;
import static dev.vitrine.engine.asm.General.JE;
import static dev.vitrine.engine.asm.General.JMP;
import static dev.vitrine.engine.asm.General.JNE;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.PREFETCHT0;
import static dev.vitrine.engine.asm.General.PREFETCHT1;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVAPS;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Op;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.gen.Gemm.Arg;
import dev.vitrine.engine.gen.Scores.State;

/** Emits {@link Scores}. A tile's scores become powers in the registers where they were summed. */
final class ScoresEmitter extends GemmEmitter {
  /**
   * What is less is taken for 0 where references are raised, so that products of the two are normal
   * numbers: others would slow down all that is done with them.
   */
  private static final float LEAST_POWER = 0x1p-60f;

  /** Bytes of a row of keys and of values that are fetched ahead. */
  private static final int ROW_AHEAD = 256;

  private final Scores s;
  private final Gpr keys;
  private final Gpr values;
  private final References references;

  ScoresEmitter(Scores s, Abi abi) {
    super(s, s.product(), abi);
    this.s = s;
    keys = frame.gpr();
    values = frame.gpr();
    references = new References(a, simd, math, k, panel, tile.vectors(), spare);
  }

  private int vectors() {
    return tile.vectors();
  }

  @Override
  void firstRow() {
    super.firstRow();
    a.emit(MOV, k, imm(0));
    a.emit(MOV, arg(Arg.ROUND), k);
    a.emit(MOV, residual, arg(Arg.RESIDUAL));
    a.emit(MOV, values, arg(Arg.AHEAD));
    a.emit(MOV, k, arg(Arg.COLUMN));
    simd.set(spare[0], 1);
    for (int v = 0; v < vectors(); v++) {
      simd.store(references.at(State.FACTOR, v), spare[0]);
    }
  }

  @Override
  void nextPanel() {
    a.emit(MOV, k, arg(Arg.COLUMN));
    references.invert();
  }

  @Override
  void skipRows(int size) {
    super.skipRows(size);
    if (s.bias()) {
      skip(residual, Arg.RESIDUAL_STRIDE, size);
    }
  }

  @Override
  void start(int size) {
    a.emit(MOV, k, arg(Arg.COLUMN));
    for (int v = 0; v < vectors(); v++) {
      simd.load(right[v], references.at(State.OPPOSITE, v));
    }
    if (s.bias()) {
      rowsFrom(residual, Arg.RESIDUAL_STRIDE, size);
    }
    for (int r = 0; r < size; r++) {
      for (int v = 0; v < vectors(); v++) {
        if (s.bias()) {
          a.emit(VADDPS, sum(r, v), right[v], row(r, disp(v)));
        } else {
          a.emit(VMOVAPS, sum(r, v), right[v]);
        }
      }
    }
  }

  /** Panels of queries are in the first cache, rows of keys are fetched tile by tile. */
  @Override
  boolean fetches() {
    return false;
  }

  @Override
  void sums(int size) {
    Label again = a.label("again");
    Label careful = a.label("careful");
    Label settled = a.label("settled");
    Label right = a.label("right");
    a.bind(again);
    start(size);
    product(size);
    a.emit(MOV, k, arg(Arg.ROUND));
    a.emit(TEST, k, k);
    a.emit(JNE, careful);
    a.bind(settled);
    powers(size);
    for (int v = 0; v < vectors(); v++) {
      a.emit(VMOVAPS, spare[v], sum(0, v));
      for (int r = 1; r < size; r++) {
        a.emit(VADDPS, spare[v], spare[v], sum(r, v));
      }
    }
    a.emit(MOV, k, arg(Arg.COLUMN));
    references.addSums(right);
    a.emit(MOV, panel, arg(Arg.ROUND));
    a.emit(TEST, panel, panel);
    a.emit(JNE, right);
    references.setLimits();
    a.emit(INC, panel);
    a.emit(MOV, arg(Arg.ROUND), panel);
    a.emit(JMP, again);
    a.bind(careful);
    careful(size, again, settled);
    a.bind(right);
    a.emit(MOV, panel, imm(0));
    a.emit(MOV, arg(Arg.ROUND), panel);
    a.emit(MOV, k, arg(Arg.COLUMN));
    references.keepSums();
  }

  /**
   * Where scores are above the limits, raises the references and lets scores be made again from
   * these, which loses nothing to their size.
   */
  private void careful(int size, Label again, Label settled) {
    Label near = a.label("near");
    a.emit(MOV, k, arg(Arg.COLUMN));
    for (int v = 0; v < vectors(); v++) {
      largest(size, v);
    }
    references.ifNear(near);
    a.emit(MOV, panel, arg(Arg.ROUND));
    a.emit(CMP, panel, imm(References.ROUNDS));
    a.emit(JE, near);
    a.emit(INC, panel);
    a.emit(MOV, arg(Arg.ROUND), panel);
    references.raise();
    scaleBefore();
    a.emit(JMP, again);
    // What is still above the limit is rounding, and must not overflow.
    a.bind(near);
    simd.set(spare[0], References.LIMIT);
    for (int i = 0; i < size * vectors(); i++) {
      a.emit(VMINPS, simd.vec(i), spare[0], simd.vec(i));
    }
    a.emit(JMP, settled);
  }

  private void product(int size) {
    a.emit(MOV, panel, arg(Arg.B));
    a.emit(IMUL, keys, arg(Arg.A_STRIDE), imm(size));
    a.emit(ADD, keys, left);
    rowsFrom(left, Arg.A_STRIDE, size);
    a.emit(MOV, k, arg(Arg.K));
    times(
        k,
        "k",
        UNROLL,
        count -> {
          if (count == UNROLL) {
            fetch(PREFETCHT0, keys);
            a.emit(ADD, keys, stride);
            fetch(PREFETCHT1, values);
            a.emit(ADD, values, arg(Arg.AHEAD_STEP));
          }
          steps(size, count);
        });
  }

  private void fetch(Op how, Gpr from) {
    for (int at = 0; at < ROW_AHEAD; at += LINE) {
      a.emit(how, at(from, at));
    }
  }

  /** The largest of a column's scores, in the spare register of the vector's number. */
  private void largest(int size, int v) {
    Vec max = spare[v];
    a.emit(VMOVAPS, max, sum(0, v));
    for (int r = 1; r < size; r++) {
      a.emit(VMAXPS, max, max, sum(r, v));
    }
  }

  /** Multiplies the powers that this call has stored before the tile. */
  private void scaleBefore() {
    for (int v = 0; v < vectors(); v++) {
      simd.load(spare[v], references.at(State.FACTOR_NOW, v));
    }
    Label end = a.label("scaled");
    a.emit(MOV, panel, arg(Arg.C));
    Label next = a.here("scale");
    a.emit(CMP, panel, out);
    a.emit(JE, end);
    for (int v = 0; v < vectors(); v++) {
      Vec x = spare[vectors()];
      simd.load(x, at(panel, disp(v)));
      simd.flush(x, LEAST_POWER, Mask.k(1), spare[vectors() + 1]);
      a.emit(VMULPS, x, x, spare[v]);
      simd.store(at(panel, disp(v)), x);
    }
    a.emit(ADD, panel, arg(Arg.C_STRIDE));
    a.emit(JMP, next);
    a.bind(end);
  }

  private void powers(int size) {
    int n = 0;
    for (int r = 0; r < size; r++) {
      for (int v = 0; v < vectors(); v++, n++) {
        math.exp2(sum(r, v), spare[n % 2 * 2], spare[n % 2 * 2 + 1]);
      }
    }
  }
}
