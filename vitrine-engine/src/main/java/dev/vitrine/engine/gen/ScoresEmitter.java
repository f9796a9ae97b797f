package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VDIVPS;
import static dev.vitrine.engine.asm.Floats.VMAXPS;
import static dev.vitrine.engine.asm.Floats.VMINPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;
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
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Op;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.gen.Gemm.Arg;
import dev.vitrine.engine.gen.Scores.State;

/** Emits {@link Scores}. A tile's scores become powers in the registers where they were summed. */
final class ScoresEmitter extends GemmEmitter {
  /** How far scores may exceed the reference, in powers of 2, where it is raised. */
  private static final float LIMIT = 16;

  /** A tile's sum of powers from which on references are raised, by at least {@link #LIMIT}. */
  private static final float MOST_SUM = 0x1p20f;

  /** Less than that is a sum of powers only where no reference was chosen and scores are low. */
  private static final float LEAST_SUM = 0x1p-40f;

  /**
   * What is less is taken for 0 where references are raised, so that products of the two are normal
   * numbers: others would slow down all that is done with them.
   */
  private static final float LEAST_POWER = 0x1p-60f;

  private static final float LEAST_FACTOR = 0x1p-64f;

  /** How often references are raised for one tile at most. */
  private static final int ROUNDS = 4;

  /** Bytes of a row of keys and of values that are fetched ahead. */
  private static final int ROW_AHEAD = 256;

  private final Scores s;
  private final Gpr keys;
  private final Gpr values;

  ScoresEmitter(Scores s, Abi abi) {
    super(s, s.product(), abi);
    this.s = s;
    keys = frame.gpr();
    values = frame.gpr();
  }

  private int vectors() {
    return tile.vectors();
  }

  /** A vector of the state, which {@link #k} points to. */
  private Mem state(State row, int vector) {
    return at(k, row.ordinal() * tile.columns() * Float.BYTES + disp(vector));
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
      simd.store(state(State.FACTOR, v), spare[0]);
    }
  }

  @Override
  void nextPanel() {
    a.emit(MOV, k, arg(Arg.COLUMN));
    simd.set(spare[0], 1);
    for (int v = 0; v < vectors(); v++) {
      a.emit(VDIVPS, spare[1], spare[0], state(State.SUM, v));
      simd.store(state(State.INVERSE, v), spare[1]);
    }
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
      simd.load(right[v], state(State.OPPOSITE, v));
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
    sumOfPowers(size, right);
    a.emit(MOV, panel, arg(Arg.ROUND));
    a.emit(TEST, panel, panel);
    a.emit(JNE, right);
    setLimits();
    a.emit(INC, panel);
    a.emit(MOV, arg(Arg.ROUND), panel);
    a.emit(JMP, again);
    a.bind(careful);
    careful(size, again, settled);
    a.bind(right);
    a.emit(MOV, panel, imm(0));
    a.emit(MOV, arg(Arg.ROUND), panel);
    a.emit(MOV, k, arg(Arg.COLUMN));
    for (int v = 0; v < vectors(); v++) {
      simd.store(state(State.SUM, v), spare[v]);
    }
  }

  /**
   * Where scores are above the limits, raises the references and lets scores be made again from
   * these, which loses nothing to their size.
   */
  private void careful(int size, Label again, Label settled) {
    Label near = a.label("near");
    int n = vectors();
    Operand[] above = new Operand[n];
    a.emit(MOV, k, arg(Arg.COLUMN));
    for (int v = 0; v < n; v++) {
      largest(size, v);
      simd.store(state(State.EXCESS, v), spare[v]);
    }
    for (int v = 0; v < n; v++) {
      above[v] =
          simd.compare(
              spare[v], state(State.LIMIT, v), Simd.GREATER, 1 + v, spare[v == 0 ? n : n + 1]);
      simd.or(above[0], above[v]);
    }
    simd.jumpIfNone(near, panel, above[0], spare[n + 1]);
    a.emit(MOV, panel, arg(Arg.ROUND));
    a.emit(CMP, panel, imm(ROUNDS));
    a.emit(JE, near);
    a.emit(INC, panel);
    a.emit(MOV, arg(Arg.ROUND), panel);
    raise();
    scaleBefore();
    a.emit(JMP, again);
    // What is still above the limit is rounding, and must not overflow.
    a.bind(near);
    simd.set(spare[0], LIMIT);
    for (int i = 0; i < size * n; i++) {
      a.emit(VMINPS, simd.vec(i), spare[0], simd.vec(i));
    }
    a.emit(JMP, settled);
  }

  /** Sets the limits of columns: none for those that have had nothing but zeros. */
  private void setLimits() {
    a.emit(MOV, k, arg(Arg.COLUMN));
    for (int v = 0; v < vectors(); v++) {
      Vec x = spare[0];
      simd.set(x, LIMIT);
      simd.store(state(State.LIMIT, v), x);
      simd.load(x, state(State.SUM, v));
      Operand none = simd.compare(x, simd.all(LEAST_SUM), Simd.LESS, 1, spare[1]);
      simd.set(x, -Float.MAX_VALUE);
      simd.store(state(State.LIMIT, v), x, none);
    }
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

  /** Raises the references of columns whose largest scores are above the limit. */
  private void raise() {
    Vec x = spare[0];
    Vec y = spare[1];
    Vec z = spare[2];
    for (int v = 0; v < vectors(); v++) {
      simd.load(x, state(State.EXCESS, v));
      Operand above = simd.compare(x, state(State.LIMIT, v), Simd.GREATER, 1, y);
      simd.set(z, LIMIT);
      simd.store(state(State.LIMIT, v), z, above);
      simd.keep(x, above);
      simd.load(z, state(State.OPPOSITE, v));
      a.emit(VSUBPS, y, z, x);
      simd.store(state(State.OPPOSITE, v), y);
      // By how much it is really raised, which is less than asked for where it is large.
      a.emit(VSUBPS, x, z, y);
      simd.store(state(State.EXCESS, v), x);
      // The first reference may be below 0, but then there is nothing yet to multiply.
      simd.zero(y);
      a.emit(VSUBPS, x, y, x);
      a.emit(VMINPS, x, x, y);
      math.exp2(x, y, z);
      simd.flush(x, LEAST_FACTOR, Mask.k(1), y);
      simd.store(state(State.FACTOR_NOW, v), x);
      // Columns beside those must not notice.
      simd.load(y, state(State.EXCESS, v));
      Operand raised = simd.compare(y, simd.all(0f), Simd.GREATER, 1, y);
      simd.set(z, 1);
      simd.loadOr(x, state(State.FACTOR_NOW, v), raised, z);
      simd.store(state(State.FACTOR_NOW, v), x);
      a.emit(VMULPS, y, x, state(State.SUM, v));
      simd.store(state(State.SUM, v), y);
      a.emit(VMULPS, x, x, state(State.FACTOR, v));
      simd.flush(x, LEAST_FACTOR, Mask.k(1), y);
      simd.store(state(State.FACTOR, v), x);
    }
  }

  /** Multiplies the powers that this call has stored before the tile. */
  private void scaleBefore() {
    for (int v = 0; v < vectors(); v++) {
      simd.load(spare[v], state(State.FACTOR_NOW, v));
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

  /**
   * Adds the tile's powers to the sums, in the first spare registers, and jumps if references are
   * right for them.
   */
  private void sumOfPowers(int size, Label right) {
    int n = vectors();
    Operand[] wrong = new Operand[n];
    for (int v = 0; v < n; v++) {
      a.emit(VMOVAPS, spare[v], sum(0, v));
      for (int r = 1; r < size; r++) {
        a.emit(VADDPS, spare[v], spare[v], sum(r, v));
      }
      Vec mask = spare[v == 0 ? n : n + 1];
      wrong[v] = simd.compare(spare[v], simd.all(MOST_SUM), Simd.GREATER, 1 + v, mask);
      simd.or(wrong[0], wrong[v]);
    }
    a.emit(MOV, k, arg(Arg.COLUMN));
    for (int v = 0; v < n; v++) {
      a.emit(VADDPS, spare[v], spare[v], state(State.SUM, v));
      simd.or(
          wrong[0], simd.compare(spare[v], simd.all(LEAST_SUM), Simd.LESS, 1 + n, spare[n + 1]));
    }
    simd.jumpIfNone(right, panel, wrong[0], spare[n + 1]);
  }
}
