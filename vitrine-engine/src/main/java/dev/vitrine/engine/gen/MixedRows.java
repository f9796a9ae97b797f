package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VPACKSSDW;
import static dev.vitrine.engine.asm.Converts.VPACKUSWB;
import static dev.vitrine.engine.asm.Converts.VPMOVZXBD;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Integers.VPADDD;
import static dev.vitrine.engine.asm.Integers.VPMULLD;
import static dev.vitrine.engine.asm.Integers.VPSRAD;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVDQU;
import static dev.vitrine.engine.asm.Moves.VPBROADCASTD;
import static dev.vitrine.engine.asm.Shuffles.VPERMD;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Vec;

/**
 * A row of bytes that is the weighted sum of other rows, in fixed point, rounded and limited to 0
 * to 255. It reads and writes whole blocks of {@link #BLOCK} bytes.
 *
 * @param fraction bits of the weights below the point
 */
public record MixedRows(int fraction) implements Generator {
  /** Bytes that are made at once. */
  public static final int BLOCK = 32;

  /** The arguments, 8 bytes each. */
  public enum Arg {
    /** The first row, and how many bytes on the next is. */
    IN,
    IN_STRIDE,
    /** An s32 for each row. */
    WEIGHTS,
    /** How many rows, at least one. */
    ROWS,
    OUT,
    BLOCKS
  }

  @Override
  public String name() {
    return "mixed_rows_" + fraction;
  }

  @Override
  public Width width() {
    return Width.AVX2;
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    private static final int PARTS = BLOCK / 8;

    private final MixedRows g;

    Body(MixedRows g, Abi abi) {
      super(Width.AVX2, abi);
      this.g = g;
    }

    Code emit() {
      Gpr column = frame.gpr();
      Gpr in = frame.gpr();
      Gpr stride = frame.gpr();
      Gpr out = frame.gpr();
      Gpr weight = frame.gpr();
      Gpr blocks = frame.gpr();
      Gpr rows = frame.gpr();
      Vec[] sums = simd.vecs(0, PARTS);
      Vec[] products = simd.vecs(PARTS, PARTS);
      Vec factor = simd.vec(2 * PARTS);
      Vec half = simd.vec(2 * PARTS + 1);
      Vec order = simd.vec(2 * PARTS + 2);
      frame.enter();
      a.emit(MOV, column, arg(Arg.IN));
      a.emit(MOV, stride, arg(Arg.IN_STRIDE));
      a.emit(MOV, out, arg(Arg.OUT));
      a.emit(MOV, blocks, arg(Arg.BLOCKS));
      a.emit(VPBROADCASTD, half, a.constant(1 << (g.fraction - 1)));
      // Packing works on each half of a vector by itself.
      a.emit(VMOVDQU, order, a.constant(0, 4, 1, 5, 2, 6, 3, 7));
      times(
          blocks,
          "block",
          () -> {
            a.emit(MOV, in, column);
            a.emit(MOV, weight, arg(Arg.WEIGHTS));
            a.emit(MOV, rows, arg(Arg.ROWS));
            for (Vec sum : sums) {
              a.emit(VMOVDQU, sum, half);
            }
            times(
                rows,
                "row",
                () -> {
                  a.emit(VPBROADCASTD, factor, at(weight));
                  for (int i = 0; i < PARTS; i++) {
                    a.emit(VPMOVZXBD, products[i], at(in, 8 * i));
                    a.emit(VPMULLD, products[i], products[i], factor);
                    a.emit(VPADDD, sums[i], sums[i], products[i]);
                  }
                  a.emit(ADD, in, stride);
                  a.emit(ADD, weight, imm(Integer.BYTES));
                });
            for (Vec sum : sums) {
              a.emit(VPSRAD, sum, sum, imm(g.fraction));
            }
            a.emit(VPACKSSDW, sums[0], sums[0], sums[1]);
            a.emit(VPACKSSDW, sums[2], sums[2], sums[3]);
            a.emit(VPACKUSWB, sums[0], sums[0], sums[2]);
            a.emit(VPERMD, sums[0], order, sums[0]);
            a.emit(VMOVDQU, at(out), sums[0]);
            a.emit(ADD, column, imm(BLOCK));
            a.emit(ADD, out, imm(BLOCK));
          });
      frame.leave();
      return a.finish(g.name());
    }
  }
}
