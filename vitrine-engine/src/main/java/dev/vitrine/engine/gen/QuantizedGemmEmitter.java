package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VCVTDQ2PS;
import static dev.vitrine.engine.asm.Floats.VFMADD213PS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.IMUL;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.PREFETCHT0;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Integers.VEX_VPDPBUSD;
import static dev.vitrine.engine.asm.Integers.VPADDD;
import static dev.vitrine.engine.asm.Integers.VPADDW;
import static dev.vitrine.engine.asm.Integers.VPDPBUSD;
import static dev.vitrine.engine.asm.Integers.VPMADDUBSW;
import static dev.vitrine.engine.asm.Integers.VPMADDWD;
import static dev.vitrine.engine.asm.Integers.VPMULLD;
import static dev.vitrine.engine.asm.Integers.VPSRLW;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VPBROADCASTB;
import static dev.vitrine.engine.asm.Moves.VPBROADCASTD;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Op;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.gen.Gemm.Arg;

/**
 * Emits a {@link QuantizedGemm}: sums start from what the zero points take off, and are made floats
 * once they are complete.
 */
final class QuantizedGemmEmitter extends TileEmitter {
  private static final int UNROLL = 4;
  private static final int LINE = 64;

  /** How many groups of the panel are fetched ahead into the first cache. */
  private static final int AHEAD = 8;

  private static final int LOW_BYTE = 0xff;
  private static final int LOW_BYTES = 0x00ff00ff;
  private static final int ONES = 0x00010001;

  /** What adding pairs takes beside the sums. */
  private static final int PAIRS_SPARE = 4;

  private final QuantizedGemm g;
  private final int rowBytes;

  // Pairs of words are added by a product with ones, which are in a register where one is left.
  private final Vec ones;

  QuantizedGemmEmitter(QuantizedGemm g, Abi abi) {
    super(g, g.tile(), g.partial(), g.activation(), g.residual(), false, abi);
    this.g = g;
    rowBytes = tile.columns() * g.dot().groupBytes();
    ones = g.dot() == Dot.PAIRS && spare.length > PAIRS_SPARE ? spare[PAIRS_SPARE] : null;
  }

  @Override
  void firstRow() {
    super.firstRow();
    a.emit(MOV, k, arg(Arg.ROW_SCALE));
    a.emit(MOV, arg(Arg.ROW_SCALE_HERE), k);
    a.emit(MOV, k, arg(Arg.ROW_ZERO));
    a.emit(MOV, arg(Arg.ROW_ZERO_HERE), k);
  }

  @Override
  void skipRows(int size) {
    skip(left, Arg.A_STRIDE, size);
    a.emit(IMUL, k, arg(Arg.ROW_SCALE_STRIDE), imm(size));
    a.emit(ADD, arg(Arg.ROW_SCALE_HERE), k);
    a.emit(IMUL, k, arg(Arg.ROW_ZERO_STRIDE), imm(size));
    a.emit(ADD, arg(Arg.ROW_ZERO_HERE), k);
  }

  @Override
  void nextPanel() {
    advance(Arg.COLUMN, imm((long) QuantizedGemm.COLUMN_NUMBERS * numbersBytes()));
    if (g.dot() == Dot.AMX) {
      advance(Arg.A, imm(numbersBytes()));
    }
  }

  /** One of the numbers for all of a panel's columns. */
  private int numbersBytes() {
    return tile.columns() * Integer.BYTES;
  }

  @Override
  void sums(int size) {
    start(size);
    if (g.dot() == Dot.AMX) {
      addSums(size);
    } else {
      multiply(size);
    }
    finish(size);
  }

  private void addSums(int size) {
    rowsFrom(left, Arg.A_STRIDE, size);
    for (int r = 0; r < size; r++) {
      for (int v = 0; v < tile.vectors(); v++) {
        a.emit(VPADDD, sum(r, v), sum(r, v), row(r, disp(v)));
      }
    }
  }

  private void multiply(int size) {
    if (ones != null) {
      simd.load(ones, simd.everywhere(ONES));
    }
    a.emit(MOV, panel, arg(Arg.B));
    rowsFrom(left, Arg.A_STRIDE, size);
    alongK(UNROLL, count -> groups(size, count));
  }

  /** −(sum of the column) · (zero point of the row). */
  private void start(int size) {
    a.emit(MOV, panel, arg(Arg.COLUMN));
    a.emit(MOV, k, arg(Arg.ROW_ZERO_HERE));
    rowsFrom(k, Arg.ROW_ZERO_STRIDE, size);
    for (int v = 0; v < tile.vectors(); v++) {
      simd.load(right[v], at(panel, disp(v)));
    }
    for (int r = 0; r < size; r++) {
      Vec zero = free(r);
      a.emit(VPBROADCASTB, zero, row(r, 0));
      simd.and(zero, zero, simd.allBits(LOW_BYTE));
      for (int v = 0; v < tile.vectors(); v++) {
        a.emit(VPMULLD, sum(r, v), right[v], zero);
      }
    }
  }

  /** fma(sum, scale of the row · scale of the column, bias). */
  private void finish(int size) {
    a.emit(MOV, panel, arg(Arg.COLUMN));
    a.emit(MOV, k, arg(Arg.ROW_SCALE_HERE));
    rowsFrom(k, Arg.ROW_SCALE_STRIDE, size);
    for (int v = 0; v < tile.vectors(); v++) {
      simd.load(right[v], at(panel, numbersBytes() + disp(v)));
    }
    for (int r = 0; r < size; r++) {
      for (int v = 0; v < tile.vectors(); v++) {
        Vec scale = free(v);
        a.emit(VMULPS, scale, right[v], simd.all(row(r, 0), scale));
        a.emit(VCVTDQ2PS, sum(r, v), sum(r, v));
        a.emit(VFMADD213PS, sum(r, v), scale, at(panel, 2 * numbersBytes() + disp(v)));
      }
    }
  }

  /** A vector behind those of {@link #right}. */
  private Vec free(int turn) {
    return spare[tile.vectors() + turn % (spare.length - tile.vectors())];
  }

  private void groups(int size, int count) {
    for (int group = 0; group < count; group++) {
      for (int at = 0; at < rowBytes; at += LINE) {
        a.emit(PREFETCHT0, at(panel, (group + AHEAD) * rowBytes + at));
      }
      switch (g.dot()) {
        case VNNI -> vnni(size, group);
        case WORDS -> words(size, group);
        case AMX -> throw new IllegalStateException("sums are not made here");
        case PAIRS -> {
          if (group + 1 < count) {
            pairs(size, group, 2);
            group++;
          } else {
            pairs(size, group, 1);
          }
        }
      }
    }
    a.emit(ADD, panel, imm((long) count * rowBytes));
    for (int i = 0; i < (size + 2) / 3; i++) {
      a.emit(ADD, rows[i], imm(count * QuantizedGemm.GROUP));
    }
  }

  private void vnni(int size, int group) {
    Op dot = tile.width() == Width.AVX512 ? VPDPBUSD : VEX_VPDPBUSD;
    for (int v = 0; v < tile.vectors(); v++) {
      simd.load(right[v], at(panel, group * rowBytes + disp(v)));
    }
    for (int r = 0; r < size; r++) {
      Vec x = free(r);
      a.emit(VPBROADCASTD, x, row(r, group * QuantizedGemm.GROUP));
      for (int v = 0; v < tile.vectors(); v++) {
        a.emit(dot, sum(r, v), x, right[v]);
      }
    }
  }

  /** The bytes of a row's group are spread over two vectors of words. */
  private void words(int size, int group) {
    Vec even = spare[0];
    Vec odd = spare[1];
    Vec product = spare[2];
    for (int r = 0; r < size; r++) {
      a.emit(VPBROADCASTD, even, row(r, group * QuantizedGemm.GROUP));
      a.emit(VPSRLW, odd, even, imm(Byte.SIZE));
      simd.and(even, even, simd.allBits(LOW_BYTES));
      for (int v = 0; v < tile.vectors(); v++) {
        int here = group * rowBytes + disp(v);
        a.emit(VPMADDWD, product, even, at(panel, here));
        a.emit(VPADDD, sum(r, v), sum(r, v), product);
        a.emit(VPMADDWD, product, odd, at(panel, here + rowBytes / 2));
        a.emit(VPADDD, sum(r, v), sum(r, v), product);
      }
    }
  }

  /** One group or two, whose pairs are added in 16 bits. */
  private void pairs(int size, int group, int count) {
    for (int r = 0; r < size; r++) {
      for (int i = 0; i < count; i++) {
        a.emit(VPBROADCASTD, spare[i], row(r, (group + i) * QuantizedGemm.GROUP));
      }
      for (int v = 0; v < tile.vectors(); v++) {
        for (int i = 0; i < count; i++) {
          Operand b = at(panel, (group + i) * rowBytes + disp(v));
          a.emit(VPMADDUBSW, spare[2 + i], spare[i], b);
        }
        if (count == 2) {
          a.emit(VPADDW, spare[2], spare[2], spare[3]);
        }
        a.emit(VPMADDWD, spare[2], spare[2], ones == null ? simd.everywhere(ONES) : ones);
        a.emit(VPADDD, sum(r, v), sum(r, v), spare[2]);
      }
    }
  }
}
