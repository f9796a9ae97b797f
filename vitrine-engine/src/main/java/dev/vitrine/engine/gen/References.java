package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VDIVPS;
import static dev.vitrine.engine.asm.Floats.VMINPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;

import dev.vitrine.engine.asm.Assembler;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.gen.Scores.State;

/**
 * Emits what is done with the references of a panel's columns, whose {@link State} is in memory.
 * Masks 1 to 3 are overwritten, and all vectors given.
 */
final class References {
  /** How far scores may exceed the reference, in powers of 2, where it is raised. */
  static final float LIMIT = 16;

  /** How often references are raised for the same scores at most. */
  static final int ROUNDS = 4;

  /** A sum of new powers from which on references are looked at. */
  private static final float MOST_SUM = 0x1p20f;

  /** Less than that is a sum of powers only where no reference was chosen and scores are low. */
  private static final float LEAST_SUM = 0x1p-40f;

  /** What is less is taken for 0, so that no product with it is slow for not being normal. */
  private static final float LEAST_FACTOR = 0x1p-64f;

  private final Assembler a;
  private final Simd simd;
  private final VectorMath math;
  private final Gpr state;
  private final Gpr flag;
  private final int vectors;
  private final Vec[] spare;

  /**
   * @param state points to the state wherever the methods are used
   * @param flag overwritten
   * @param vectors of a row of the state
   * @param spare at least two more than that
   */
  References(
      Assembler a, Simd simd, VectorMath math, Gpr state, Gpr flag, int vectors, Vec[] spare) {
    this.a = a;
    this.simd = simd;
    this.math = math;
    this.state = state;
    this.flag = flag;
    this.vectors = vectors;
    this.spare = spare;
  }

  Mem at(State row, int vector) {
    int bytes = simd.width().bytes();
    return Mem.at(state, (row.ordinal() * vectors + vector) * bytes);
  }

  /**
   * Adds the sums of all columns so far to those of new powers, in the first vectors, and jumps if
   * references are right for the new powers.
   */
  void addSums(Label right) {
    Operand[] wrong = new Operand[vectors];
    for (int v = 0; v < vectors; v++) {
      Vec mask = spare[v == 0 ? vectors : vectors + 1];
      wrong[v] = simd.compare(spare[v], simd.all(MOST_SUM), Simd.GREATER, 1 + v, mask);
      simd.or(wrong[0], wrong[v]);
    }
    for (int v = 0; v < vectors; v++) {
      a.emit(VADDPS, spare[v], spare[v], at(State.SUM, v));
      Vec mask = spare[vectors + 1];
      simd.or(wrong[0], simd.compare(spare[v], simd.all(LEAST_SUM), Simd.LESS, 1 + vectors, mask));
    }
    simd.jumpIfNone(right, flag, wrong[0], spare[vectors + 1]);
  }

  /** Stores the sums that are in the first vectors. */
  void keepSums() {
    for (int v = 0; v < vectors; v++) {
      simd.store(at(State.SUM, v), spare[v]);
    }
  }

  /** Sets the limits of columns: none for those that have had nothing but zeros. */
  void setLimits() {
    for (int v = 0; v < vectors; v++) {
      Vec x = spare[0];
      simd.set(x, LIMIT);
      simd.store(at(State.LIMIT, v), x);
      simd.load(x, at(State.SUM, v));
      Operand none = simd.compare(x, simd.all(LEAST_SUM), Simd.LESS, 1, spare[1]);
      simd.set(x, -Float.MAX_VALUE);
      simd.store(at(State.LIMIT, v), x, none);
    }
  }

  /** Jumps if no column's largest score, of those in the first vectors, is above its limit. */
  void ifNear(Label near) {
    Operand[] above = new Operand[vectors];
    for (int v = 0; v < vectors; v++) {
      simd.store(at(State.EXCESS, v), spare[v]);
    }
    for (int v = 0; v < vectors; v++) {
      Vec mask = spare[v == 0 ? vectors : vectors + 1];
      above[v] = simd.compare(spare[v], at(State.LIMIT, v), Simd.GREATER, 1 + v, mask);
      simd.or(above[0], above[v]);
    }
    simd.jumpIfNone(near, flag, above[0], spare[vectors + 1]);
  }

  /** Raises the references of columns whose largest scores {@link #ifNear} found above. */
  void raise() {
    Vec x = spare[0];
    Vec y = spare[1];
    Vec z = spare[2];
    for (int v = 0; v < vectors; v++) {
      simd.load(x, at(State.EXCESS, v));
      Operand above = simd.compare(x, at(State.LIMIT, v), Simd.GREATER, 1, y);
      simd.set(z, LIMIT);
      simd.store(at(State.LIMIT, v), z, above);
      simd.keep(x, above);
      simd.load(z, at(State.OPPOSITE, v));
      a.emit(VSUBPS, y, z, x);
      simd.store(at(State.OPPOSITE, v), y);
      // By how much it is really raised, which is less than asked for where it is large.
      a.emit(VSUBPS, x, z, y);
      simd.store(at(State.EXCESS, v), x);
      // The first reference may be below 0, but then there is nothing yet to multiply.
      simd.zero(y);
      a.emit(VSUBPS, x, y, x);
      a.emit(VMINPS, x, x, y);
      math.exp2(x, y, z);
      simd.flush(x, LEAST_FACTOR, Mask.k(1), y);
      simd.store(at(State.FACTOR_NOW, v), x);
      // Columns beside those must not notice.
      simd.load(y, at(State.EXCESS, v));
      Operand raised = simd.compare(y, simd.all(0f), Simd.GREATER, 1, y);
      simd.set(z, 1);
      simd.loadOr(x, at(State.FACTOR_NOW, v), raised, z);
      simd.store(at(State.FACTOR_NOW, v), x);
      a.emit(VMULPS, y, x, at(State.SUM, v));
      simd.store(at(State.SUM, v), y);
      a.emit(VMULPS, x, x, at(State.FACTOR, v));
      simd.flush(x, LEAST_FACTOR, Mask.k(1), y);
      simd.store(at(State.FACTOR, v), x);
    }
  }

  /** Divides 1 by the sums. */
  void invert() {
    simd.set(spare[0], 1);
    for (int v = 0; v < vectors; v++) {
      a.emit(VDIVPS, spare[1], spare[0], at(State.SUM, v));
      simd.store(at(State.INVERSE, v), spare[1]);
    }
  }
}
