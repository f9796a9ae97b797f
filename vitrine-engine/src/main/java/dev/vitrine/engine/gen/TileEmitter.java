package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.CMOVE;
import static dev.vitrine.engine.asm.General.CMOVG;
import static dev.vitrine.engine.asm.General.CMP;
import static dev.vitrine.engine.asm.General.IMUL;
import static dev.vitrine.engine.asm.General.JE;
import static dev.vitrine.engine.asm.General.JGE;
import static dev.vitrine.engine.asm.General.JNE;
import static dev.vitrine.engine.asm.General.LEA;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.PREFETCHT1;
import static dev.vitrine.engine.asm.General.PREFETCHW;
import static dev.vitrine.engine.asm.General.SHR;
import static dev.vitrine.engine.asm.General.SUB;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.plan.Function;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.gen.Gemm.Arg;
import java.util.function.IntConsumer;

/**
 * What emitters of products share: the loops over panels and tiles, and what happens to a tile's
 * sums once they are floats. The arguments are {@link Arg}.
 *
 * <p>Rows are addressed by a register for every third and the stride times 0, 1 and 2.
 */
abstract class TileEmitter extends Emitter {
  static final int LINE = 64;

  final Tile tile;
  final Gpr[] rows;
  final Gpr stride;
  final Gpr left;
  final Gpr panel;

  /** For counting, and whatever else is short-lived. */
  final Gpr k;

  final Gpr out;
  final Gpr residual;

  /** As many vectors as a row of the tile has. */
  final Vec[] right;

  /** All vectors that hold no sums, those of {@link #right} first. */
  final Vec[] spare;

  private final String name;
  private final boolean partial;
  private final Function activation;
  private final boolean addsResidual;
  private final boolean scatters;
  private final Gpr m;

  /**
   * @param partial the last panel may have fewer columns than a panel
   * @param scatter rows of C and the residual have their places from tables
   */
  TileEmitter(
      Generator product,
      Tile tile,
      boolean partial,
      Activation activation,
      boolean residual,
      boolean scatter,
      Abi abi) {
    super(tile.width(), product.sets(), abi);
    name = product.name();
    this.tile = tile;
    this.partial = partial;
    this.activation = Function.of(activation);
    this.addsResidual = residual;
    scatters = scatter;
    rows = new Gpr[(tile.rows() + 2) / 3];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = frame.gpr();
    }
    stride = frame.gpr();
    left = frame.gpr();
    panel = frame.gpr();
    k = frame.gpr();
    out = frame.gpr();
    this.residual = frame.gpr();
    m = frame.gpr();
    int sums = tile.rows() * tile.vectors();
    spare = simd.vecs(sums, tile.width().registers() - sums);
    right = simd.vecs(sums, tile.vectors());
  }

  /** What a panel needs besides: pointers on to the next panel. */
  abstract void nextPanel();

  /** Sets the sums, as floats, of that many rows of a tile from {@link #left} on. */
  abstract void sums(int size);

  /** Moves what goes along with rows on by so many. */
  abstract void skipRows(int size);

  /** Sets what goes along with rows to the first of them. */
  void firstRow() {
    a.emit(MOV, left, arg(Arg.A));
  }

  final Code emit() {
    frame.enter();
    Label done = a.label("done");
    splitRows();
    a.emit(MOV, k, arg(Arg.PANELS));
    a.emit(TEST, k, k);
    a.emit(JE, done);
    Label nextPanel = a.here("panel");
    if (partial) {
      a.emit(CMP, k, imm(1));
      a.emit(MOV, k, imm(tile.columns()));
      a.emit(CMOVE, k, arg(Arg.LAST));
      a.emit(MOV, arg(Arg.HERE), k);
    }
    firstRow();
    a.emit(MOV, out, arg(scatters ? Arg.C_STRIDE : Arg.C));
    if (addsResidual) {
      a.emit(MOV, residual, arg(scatters ? Arg.RESIDUAL_STRIDE : Arg.RESIDUAL));
    }
    a.emit(MOV, m, arg(Arg.REST));
    a.emit(MOV, k, arg(Arg.TALL));
    a.emit(MOV, arg(Arg.TALL_LEFT), k);
    Label rest = a.label("rest");
    a.emit(TEST, k, k);
    a.emit(JE, rest);
    Label tall = a.here("tile" + tile.rows());
    tile(tile.rows());
    advance(Arg.TALL_LEFT, imm(-1));
    a.emit(JNE, tall);
    a.bind(rest);
    whileAtLeast(m, tile.rows() - 1, "tile" + (tile.rows() - 1), () -> tile(tile.rows() - 1));
    for (int size = Integer.highestOneBit(tile.rows() - 2); size > 0; size /= 2) {
      int rows = size;
      ifAtLeast(m, size, "tile" + size, () -> tile(rows));
    }
    advance(Arg.C, imm(tile.columns() * Float.BYTES));
    advance(Arg.B, arg(Arg.B_PANEL));
    advance(Arg.RESIDUAL, imm(tile.columns() * Float.BYTES));
    nextPanel();
    advance(Arg.PANELS, imm(-1));
    a.emit(JNE, nextPanel);
    a.bind(done);
    frame.leave();
    return a.finish(name);
  }

  /**
   * How many tiles have all rows: so many that the others have one less, which is quicker than a
   * few rows in a tile of their own. Too few rows for that are taken care of by smaller tiles, each
   * needed once at most.
   */
  private void splitRows() {
    int most = tile.rows();
    Label even = a.label("even");
    // The number of tiles; the division is exact for less than 2³² ÷ rows.
    a.emit(MOV, k, arg(Arg.M));
    a.emit(ADD, k, imm(most - 1));
    a.emit(IMUL, k, k, imm(Math.ceilDiv(1L << 32, most)));
    a.emit(SHR, k, imm(32));
    a.emit(IMUL, stride, k, imm(1 - most));
    a.emit(ADD, stride, arg(Arg.M));
    a.emit(JGE, even);
    a.emit(LEA, stride, at(k, -1));
    a.bind(even);
    a.emit(MOV, arg(Arg.TALL), stride);
    a.emit(IMUL, stride, stride, imm(-most));
    a.emit(ADD, stride, arg(Arg.M));
    a.emit(MOV, arg(Arg.REST), stride);
  }

  /** The flags are the sum's. */
  final void advance(Arg arg, Operand by) {
    a.emit(MOV, k, arg(arg));
    a.emit(ADD, k, by);
    a.emit(MOV, arg(arg), k);
  }

  final Vec sum(int row, int vector) {
    return simd.vec(row * tile.vectors() + vector);
  }

  final int disp(int vector) {
    return vector * tile.width().bytes();
  }

  private void tile(int size) {
    if (!scatters) {
      a.emit(IMUL, k, arg(Arg.C_STRIDE), imm(size));
      a.emit(ADD, k, out);
      a.emit(MOV, arg(Arg.C_AHEAD), k);
    }
    sums(size);
    for (int i = 0; activation != null && i < size * tile.vectors(); i++) {
      math.apply(activation, simd.vec(i), spare);
    }
    if (addsResidual) {
      placesFrom(residual, Arg.RESIDUAL_STRIDE, size);
      for (int v = 0; v < tile.vectors(); v++) {
        Operand mask = mask(v);
        for (int r = 0; r < size; r++) {
          simd.apply(VADDPS, sum(r, v), place(residual, Arg.RESIDUAL, r, disp(v)), mask, spare[1]);
        }
      }
      skipPlaces(residual, Arg.RESIDUAL_STRIDE, size);
    }
    placesFrom(out, Arg.C_STRIDE, size);
    for (int v = 0; v < tile.vectors(); v++) {
      Operand mask = mask(v);
      for (int r = 0; r < size; r++) {
        simd.store(place(out, Arg.C, r, disp(v)), sum(r, v), mask);
      }
    }
    skipPlaces(out, Arg.C_STRIDE, size);
    skipRows(size);
  }

  /** The mask of what of the panel's vector is stored; null for all. */
  private Operand mask(int vector) {
    return partial ? simd.below(arg(Arg.HERE), vector * tile.width().lanes(), 1, spare[0]) : null;
  }

  /** Makes {@link #row} address rows from there on. */
  final void rowsFrom(Gpr first, Arg strideArg, int size) {
    a.emit(MOV, stride, arg(strideArg));
    a.emit(MOV, rows[0], first);
    for (int i = 1; i < (size + 2) / 3; i++) {
      a.emit(LEA, rows[i], at(rows[i - 1], stride, 2, 0));
      a.emit(ADD, rows[i], stride);
    }
  }

  /**
   * Goes through all of K. Now and then it asks for what comes next, so that nothing has to wait
   * for memory: where the next tile is written, and what the caller will need after this.
   *
   * @param many steps to take at once, a divisor of {@link Gemm#STRETCH}
   * @param steps emits so many steps
   */
  final void alongK(int many, IntConsumer steps) {
    a.emit(MOV, k, arg(Arg.K));
    a.emit(MOV, arg(Arg.K_LEFT), k);
    Label stretch = a.here("stretch");
    if (!scatters) {
      a.emit(MOV, k, arg(Arg.C_AHEAD));
      for (int at = 0; at < tile.columns() * Float.BYTES; at += LINE) {
        a.emit(PREFETCHW, at(k, at));
      }
      a.emit(ADD, k, arg(Arg.C_STRIDE));
      a.emit(MOV, arg(Arg.C_AHEAD), k);
    }
    a.emit(MOV, k, arg(Arg.AHEAD));
    for (int at = 0; at < Gemm.BYTES_AHEAD; at += LINE) {
      a.emit(PREFETCHT1, at(k, at));
    }
    a.emit(ADD, k, arg(Arg.AHEAD_STEP));
    a.emit(MOV, arg(Arg.AHEAD), k);
    Mem most = a.constant(Gemm.STRETCH, 0);
    a.emit(MOV, k, arg(Arg.K_LEFT));
    a.emit(CMP, k, most);
    a.emit(CMOVG, k, most);
    a.emit(SUB, arg(Arg.K_LEFT), k);
    times(k, "k", many, steps);
    a.emit(MOV, k, arg(Arg.K_LEFT));
    a.emit(TEST, k, k);
    a.emit(JNE, stretch);
  }

  /**
   * Makes {@link #place} address rows of C or the residual.
   *
   * @param pointer to the first row, or to its entry in the table
   */
  private void placesFrom(Gpr pointer, Arg strideArg, int size) {
    if (!scatters) {
      rowsFrom(pointer, strideArg, size);
    }
  }

  private Mem place(Gpr pointer, Arg base, int r, int disp) {
    if (!scatters) {
      return row(r, disp);
    }
    Gpr address = rows[r % rows.length];
    a.emit(MOV, address, at(pointer, r * Long.BYTES));
    a.emit(ADD, address, arg(base));
    return at(address, disp);
  }

  private void skipPlaces(Gpr pointer, Arg strideArg, int size) {
    if (scatters) {
      a.emit(ADD, pointer, imm(size * Long.BYTES));
    } else {
      skip(pointer, strideArg, size);
    }
  }

  final Mem row(int r, int disp) {
    return r % 3 == 0 ? at(rows[r / 3], disp) : at(rows[r / 3], stride, r % 3, disp);
  }

  final void skip(Gpr pointer, Arg strideArg, int size) {
    a.emit(IMUL, k, arg(strideArg), imm(size));
    a.emit(ADD, pointer, k);
  }
}
