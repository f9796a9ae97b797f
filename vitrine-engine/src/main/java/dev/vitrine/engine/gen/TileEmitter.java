package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
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
import static dev.vitrine.engine.asm.General.PREFETCHW;
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
import java.util.ArrayList;
import java.util.List;

/**
 * What emitters of products share: the loops over panels and tiles, and what happens to a tile's
 * sums once they are floats. The arguments are {@link Arg}.
 *
 * <p>Rows are addressed by a register for every third and the stride times 0, 1 and 2.
 */
abstract class TileEmitter extends Emitter {
  private static final int LINE = 64;

  final Tile tile;
  final Gpr[] rows;
  final Gpr stride;
  final Gpr left;
  final Gpr panel;

  /** For counting, and whatever else is short-lived. */
  final Gpr k;

  final Gpr out;

  /** As many vectors as a row of the tile has. */
  final Vec[] right;

  /** All vectors that hold no sums, those of {@link #right} first. */
  final Vec[] spare;

  private final String name;
  private final boolean partial;
  private final Function activation;
  private final boolean addsResidual;
  private final boolean scatters;
  private final Gpr residual;
  private final Gpr m;

  /**
   * @param partial the last panel may have fewer columns than a panel
   * @param scatter rows of C and the residual have their places from tables
   */
  TileEmitter(
      String name,
      Tile tile,
      boolean partial,
      Activation activation,
      boolean residual,
      boolean scatter,
      Abi abi) {
    super(tile.width(), abi);
    this.name = name;
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
    a.emit(MOV, m, arg(Arg.M));
    for (int size : tiles()) {
      Label smaller = a.label("below" + size);
      Label again = a.here("tile" + size);
      a.emit(CMP, m, imm(size));
      a.emit(JL, smaller);
      tile(size);
      a.emit(SUB, m, imm(size));
      if (size == tile.rows()) {
        a.emit(JMP, again);
      }
      a.bind(smaller);
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
   * The tile's rows and what takes care of fewer; of the smaller ones each is needed once at most.
   */
  private List<Integer> tiles() {
    List<Integer> sizes = new ArrayList<>(List.of(tile.rows()));
    for (int size = Integer.highestOneBit(tile.rows() - 1); size > 0; size /= 2) {
      sizes.add(size);
    }
    return sizes;
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
    fetchOut(size);
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

  /** Asks for what will be written, so that stores needn't wait for it. */
  private void fetchOut(int size) {
    placesFrom(out, Arg.C_STRIDE, size);
    for (int r = 0; r < size; r++) {
      for (int at = 0; at < tile.columns() * Float.BYTES; at += LINE) {
        a.emit(PREFETCHW, place(out, Arg.C, r, at));
      }
    }
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
