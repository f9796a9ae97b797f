package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VCVTDQ2PS;
import static dev.vitrine.engine.asm.Floats.VFMADD231PS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VBROADCASTSS;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Vec;

/**
 * For each row the sum of blocks times a factor each, times a scale for each column. A block is two
 * vectors.
 *
 * @param sums blocks are 32-bit integers; floats otherwise
 */
public record BlockMix(Width width, boolean sums) implements Generator {
  private static final int VECTORS = 2;

  /** The arguments, 8 bytes each; strides are in bytes. */
  public enum Arg {
    IN,
    IN_STRIDE,
    /** To a row's next block. */
    BLOCK_STRIDE,
    OUT,
    OUT_STRIDE,
    ROWS,
    BLOCKS,
    /** For each row a float for each block. */
    FACTORS,
    FACTORS_STRIDE,
    /** A float for each column. */
    SCALE
  }

  @Override
  public String name() {
    return "block_mix_" + width.text() + (sums ? "_sums" : "");
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    private final BlockMix g;
    private final Gpr in;
    private final Gpr out;
    private final Gpr rows;
    private final Gpr factors;
    private final Gpr from;
    private final Gpr factor;
    private final Gpr left;

    Body(BlockMix g, Abi abi) {
      super(g.width, abi);
      this.g = g;
      in = frame.gpr();
      out = frame.gpr();
      rows = frame.gpr();
      factors = frame.gpr();
      from = frame.gpr();
      factor = frame.gpr();
      left = frame.gpr();
    }

    Code emit() {
      frame.enter();
      int bytes = g.width.bytes();
      Vec[] scale = simd.vecs(0, VECTORS);
      Vec[] sum = simd.vecs(VECTORS, VECTORS);
      Vec[] x = simd.vecs(2 * VECTORS, VECTORS);
      Vec by = simd.vec(3 * VECTORS);
      a.emit(MOV, left, arg(Arg.SCALE));
      for (int v = 0; v < VECTORS; v++) {
        simd.load(scale[v], at(left, v * bytes));
      }
      a.emit(MOV, in, arg(Arg.IN));
      a.emit(MOV, out, arg(Arg.OUT));
      a.emit(MOV, factors, arg(Arg.FACTORS));
      a.emit(MOV, rows, arg(Arg.ROWS));
      times(
          rows,
          "row",
          () -> {
            a.emit(MOV, from, in);
            a.emit(MOV, factor, factors);
            for (Vec v : sum) {
              simd.zero(v);
            }
            a.emit(MOV, left, arg(Arg.BLOCKS));
            times(
                left,
                "block",
                () -> {
                  a.emit(VBROADCASTSS, by, at(factor));
                  for (int v = 0; v < VECTORS; v++) {
                    if (g.sums) {
                      a.emit(VCVTDQ2PS, x[v], at(from, v * bytes));
                      a.emit(VFMADD231PS, sum[v], by, x[v]);
                    } else {
                      a.emit(VFMADD231PS, sum[v], by, at(from, v * bytes));
                    }
                  }
                  a.emit(ADD, from, arg(Arg.BLOCK_STRIDE));
                  a.emit(ADD, factor, imm(Float.BYTES));
                });
            for (int v = 0; v < VECTORS; v++) {
              a.emit(VMULPS, sum[v], sum[v], scale[v]);
              simd.store(at(out, v * bytes), sum[v]);
            }
            a.emit(ADD, in, arg(Arg.IN_STRIDE));
            a.emit(ADD, out, arg(Arg.OUT_STRIDE));
            a.emit(ADD, factors, arg(Arg.FACTORS_STRIDE));
          });
      frame.leave();
      return a.finish(g.name());
    }
  }
}
