package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VFMADD231PS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.PREFETCHT0;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VBROADCASTSS;
import static dev.vitrine.engine.asm.Moves.VMOVAPS;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.gen.Gemm.Arg;

/**
 * Emits a {@link Gemm}. A tile's sums stay in registers through all of K; each step loads a row of
 * the panel and multiplies it by one element of each row of A, repeated in a vector.
 */
class GemmEmitter extends TileEmitter {
  static final int UNROLL = 4;

  /**
   * How many rows of the panel, or columns of the left side, are fetched ahead into the first
   * cache.
   */
  private static final int AHEAD = 8;

  private final Gemm g;

  GemmEmitter(Gemm g, Abi abi) {
    this(g, g, abi);
  }

  /**
   * @param whole what the code is of, if it is more than the product
   */
  GemmEmitter(Generator whole, Gemm g, Abi abi) {
    super(whole, g.tile(), g.partial(), g.activation(), g.residual(), g.scatter(), abi);
    this.g = g;
  }

  /** Whether what comes next has to be fetched into the first cache. */
  boolean fetches() {
    return true;
  }

  @Override
  void nextPanel() {
    advance(Arg.COLUMN, imm(tile.columns() * Float.BYTES));
  }

  @Override
  void skipRows(int size) {
    if (g.byColumn()) {
      a.emit(ADD, left, imm(size * Float.BYTES));
    } else {
      skip(left, Arg.A_STRIDE, size);
    }
  }

  @Override
  void sums(int size) {
    start(size);
    multiply(size);
  }

  /** Sets the sums to what they start from. */
  void start(int size) {
    switch (g.start()) {
      case ZERO -> {
        for (int i = 0; i < size * tile.vectors(); i++) {
          simd.zero(simd.vec(i));
        }
      }
      case BIAS -> {
        a.emit(MOV, k, arg(Arg.COLUMN));
        for (int v = 0; v < tile.vectors(); v++) {
          simd.load(sum(0, v), at(k, disp(v)));
          for (int r = 1; r < size; r++) {
            a.emit(VMOVAPS, sum(r, v), sum(0, v));
          }
        }
      }
      case SCALED -> {
        a.emit(MOV, k, arg(Arg.COLUMN));
        rowsFrom(out, Arg.C_STRIDE, size);
        for (int v = 0; v < tile.vectors(); v++) {
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
    alongK(UNROLL, count -> steps(size, count));
  }

  /** Emits so many steps of K. */
  final void steps(int size, int count) {
    int rowBytes = tile.columns() * Float.BYTES;
    for (int step = 0; step < count; step++) {
      for (int v = 0; v < tile.vectors(); v++) {
        simd.load(right[v], at(panel, step * rowBytes + disp(v)));
        if (fetches() && disp(v) % LINE == 0) {
          a.emit(PREFETCHT0, at(panel, (step + AHEAD) * rowBytes + disp(v)));
        }
      }
      if (fetches() && g.byColumn()) {
        // Columns may be far apart, where the processor doesn't see a pattern by itself.
        a.emit(PREFETCHT0, at(rows[0], stride, AHEAD, 0));
        a.emit(PREFETCHT0, at(rows[0], stride, AHEAD, (size - 1) * Float.BYTES));
      }
      for (int r = 0; r < size; r++) {
        Vec x = spare[tile.vectors() + r % (spare.length - tile.vectors())];
        a.emit(
            VBROADCASTSS,
            x,
            g.byColumn() ? at(rows[0], r * Float.BYTES) : row(r, step * Float.BYTES));
        for (int v = 0; v < tile.vectors(); v++) {
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
}
