package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VFMADD231PS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.CMOVE;
import static dev.vitrine.engine.asm.General.CMP;
import static dev.vitrine.engine.asm.General.IMUL;
import static dev.vitrine.engine.asm.General.JE;
import static dev.vitrine.engine.asm.General.JL;
import static dev.vitrine.engine.asm.General.JMP;
import static dev.vitrine.engine.asm.General.JNE;
import static dev.vitrine.engine.asm.General.LEA;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.PREFETCHT0;
import static dev.vitrine.engine.asm.General.PREFETCHW;
import static dev.vitrine.engine.asm.General.SUB;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VBROADCASTSS;
import static dev.vitrine.engine.asm.Moves.VMOVAPS;

import dev.vitrine.compiler.plan.Function;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.gen.Gemm.Arg;
import java.util.ArrayList;
import java.util.List;

/**
 * Emits a {@link Gemm}. A tile's sums stay in registers through all of K; each step loads a row of
 * the panel and multiplies it by one element of each row of A, repeated in a vector.
 *
 * <p>Rows are addressed by a register for every third and the stride times 0, 1 and 2.
 */
final class GemmEmitter extends Emitter {
  private static final int UNROLL = 4;
  private static final int LINE = 64;

  /**
   * How many rows of the panel, or columns of the left side, are fetched ahead into the first
   * cache.
   */
  private static final int AHEAD = 8;

  private final Gemm g;
  private final Gpr[] rows;
  private final Gpr stride;
  private final Gpr left;
  private final Gpr panel;
  private final Gpr k;
  private final Gpr out;
  private final Gpr residual;
  private final Gpr m;
  private final Vec[] right;
  private final Vec[] spare;

  GemmEmitter(Gemm g, Abi abi) {
    super(g.width(), abi);
    this.g = g;
    rows = new Gpr[(g.tile().rows() + 2) / 3];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = frame.gpr();
    }
    stride = frame.gpr();
    left = frame.gpr();
    panel = frame.gpr();
    k = frame.gpr();
    out = frame.gpr();
    residual = frame.gpr();
    m = frame.gpr();
    int sums = g.tile().rows() * g.tile().vectors();
    spare = simd.vecs(sums, g.width().registers() - sums);
    right = simd.vecs(sums, g.tile().vectors());
  }

  Code emit() {
    frame.enter();
    Label done = a.label("done");
    a.emit(MOV, k, arg(Arg.PANELS));
    a.emit(TEST, k, k);
    a.emit(JE, done);
    Label nextPanel = a.here("panel");
    if (g.partial()) {
      a.emit(CMP, k, imm(1));
      a.emit(MOV, k, imm(g.tile().columns()));
      a.emit(CMOVE, k, arg(Arg.LAST));
      a.emit(MOV, arg(Arg.HERE), k);
    }
    a.emit(MOV, left, arg(Arg.A));
    a.emit(MOV, out, arg(Arg.C));
    if (g.residual()) {
      a.emit(MOV, residual, arg(Arg.RESIDUAL));
    }
    a.emit(MOV, m, arg(Arg.M));
    for (int size : tiles()) {
      Label smaller = a.label("below" + size);
      Label again = a.here("tile" + size);
      a.emit(CMP, m, imm(size));
      a.emit(JL, smaller);
      tile(size);
      a.emit(SUB, m, imm(size));
      if (size == g.tile().rows()) {
        a.emit(JMP, again);
      }
      a.bind(smaller);
    }
    advance(Arg.C, imm(g.tile().columns() * Float.BYTES));
    advance(Arg.B, arg(Arg.B_PANEL));
    advance(Arg.COLUMN, imm(g.tile().columns() * Float.BYTES));
    advance(Arg.RESIDUAL, imm(g.tile().columns() * Float.BYTES));
    advance(Arg.PANELS, imm(-1));
    a.emit(JNE, nextPanel);
    a.bind(done);
    frame.leave();
    return a.finish(g.name());
  }

  /**
   * The tile's rows and what takes care of fewer; of the smaller ones each is needed once at most.
   */
  private List<Integer> tiles() {
    List<Integer> sizes = new ArrayList<>(List.of(g.tile().rows()));
    for (int size = Integer.highestOneBit(g.tile().rows() - 1); size > 0; size /= 2) {
      sizes.add(size);
    }
    return sizes;
  }

  private void advance(Arg arg, Operand by) {
    a.emit(MOV, k, arg(arg));
    a.emit(ADD, k, by);
    a.emit(MOV, arg(arg), k);
  }

  private Vec sum(int row, int vector) {
    return simd.vec(row * g.tile().vectors() + vector);
  }

  private int disp(int vector) {
    return vector * g.width().bytes();
  }

  private void tile(int size) {
    fetchOut(size);
    start(size);
    multiply(size);
    Function activation = Function.of(g.activation());
    for (int i = 0; activation != null && i < size * g.tile().vectors(); i++) {
      math.apply(activation, simd.vec(i), spare);
    }
    if (g.residual()) {
      rowsFrom(residual, Arg.RESIDUAL_STRIDE, size);
      for (int v = 0; v < g.tile().vectors(); v++) {
        Operand mask = mask(v);
        for (int r = 0; r < size; r++) {
          simd.apply(VADDPS, sum(r, v), row(r, disp(v)), mask, spare[1]);
        }
      }
      skip(residual, Arg.RESIDUAL_STRIDE, size);
    }
    rowsFrom(out, Arg.C_STRIDE, size);
    for (int v = 0; v < g.tile().vectors(); v++) {
      Operand mask = mask(v);
      for (int r = 0; r < size; r++) {
        simd.store(row(r, disp(v)), sum(r, v), mask);
      }
    }
    skip(out, Arg.C_STRIDE, size);
    if (g.byColumn()) {
      a.emit(ADD, left, imm(size * Float.BYTES));
    } else {
      skip(left, Arg.A_STRIDE, size);
    }
  }

  /** The mask of what of the panel's vector is stored; null for all. */
  private Operand mask(int vector) {
    return g.partial() ? simd.below(arg(Arg.HERE), vector * g.width().lanes(), 1, spare[0]) : null;
  }

  private void start(int size) {
    switch (g.start()) {
      case ZERO -> {
        for (int i = 0; i < size * g.tile().vectors(); i++) {
          simd.zero(simd.vec(i));
        }
      }
      case BIAS -> {
        a.emit(MOV, k, arg(Arg.COLUMN));
        for (int v = 0; v < g.tile().vectors(); v++) {
          simd.load(sum(0, v), at(k, disp(v)));
          for (int r = 1; r < size; r++) {
            a.emit(VMOVAPS, sum(r, v), sum(0, v));
          }
        }
      }
      case SCALED -> {
        a.emit(MOV, k, arg(Arg.COLUMN));
        rowsFrom(out, Arg.C_STRIDE, size);
        for (int v = 0; v < g.tile().vectors(); v++) {
          simd.load(right[v], at(k, disp(v)));
          for (int r = 0; r < size; r++) {
            a.emit(VMULPS, sum(r, v), right[v], row(r, disp(v)));
          }
        }
      }
    }
  }

  private void multiply(int size) {
    a.emit(MOV, panel, arg(Arg.B));
    rowsFrom(left, Arg.A_STRIDE, g.byColumn() ? 1 : size);
    a.emit(MOV, k, arg(Arg.K));
    times(k, "k", UNROLL, count -> steps(size, count));
  }

  private void steps(int size, int count) {
    int rowBytes = g.tile().columns() * Float.BYTES;
    for (int step = 0; step < count; step++) {
      for (int v = 0; v < g.tile().vectors(); v++) {
        simd.load(right[v], at(panel, step * rowBytes + disp(v)));
        if (disp(v) % LINE == 0) {
          a.emit(PREFETCHT0, at(panel, (step + AHEAD) * rowBytes + disp(v)));
        }
      }
      if (g.byColumn()) {
        // Columns may be far apart, where the processor doesn't see a pattern by itself.
        a.emit(PREFETCHT0, at(rows[0], stride, AHEAD, 0));
        a.emit(PREFETCHT0, at(rows[0], stride, AHEAD, (size - 1) * Float.BYTES));
      }
      for (int r = 0; r < size; r++) {
        Vec x = spare[g.tile().vectors() + r % (spare.length - g.tile().vectors())];
        a.emit(
            VBROADCASTSS,
            x,
            g.byColumn() ? at(rows[0], r * Float.BYTES) : row(r, step * Float.BYTES));
        for (int v = 0; v < g.tile().vectors(); v++) {
          a.emit(VFMADD231PS, sum(r, v), x, right[v]);
        }
      }
      if (g.byColumn()) {
        a.emit(ADD, rows[0], stride);
      }
    }
    a.emit(ADD, panel, imm((long) count * rowBytes));
    if (!g.byColumn()) {
      for (int i = 0; i < (size + 2) / 3; i++) {
        a.emit(ADD, rows[i], imm(count * Float.BYTES));
      }
    }
  }

  /** Makes {@link #row} address rows from there on. */
  private void rowsFrom(Gpr first, Arg strideArg, int size) {
    a.emit(MOV, stride, arg(strideArg));
    a.emit(MOV, rows[0], first);
    for (int i = 1; i < (size + 2) / 3; i++) {
      a.emit(LEA, rows[i], at(rows[i - 1], stride, 2, 0));
      a.emit(ADD, rows[i], stride);
    }
  }

  /** Asks for what will be written, so that stores needn't wait for it. */
  private void fetchOut(int size) {
    rowsFrom(out, Arg.C_STRIDE, size);
    for (int r = 0; r < size; r++) {
      for (int at = 0; at < g.tile().columns() * Float.BYTES; at += LINE) {
        a.emit(PREFETCHW, row(r, at));
      }
    }
  }

  private Mem row(int r, int disp) {
    return r % 3 == 0 ? at(rows[r / 3], disp) : at(rows[r / 3], stride, r % 3, disp);
  }

  private void skip(Gpr pointer, Arg strideArg, int size) {
    a.emit(IMUL, k, arg(strideArg), imm(size));
    a.emit(ADD, pointer, k);
  }
}
