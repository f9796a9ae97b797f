package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VCVTDQ2PS;
import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VDIVPS;
import static dev.vitrine.engine.asm.Floats.VFMADD231PS;
import static dev.vitrine.engine.asm.Floats.VMAXPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.XOR;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VBROADCASTSS;

import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Vec;

/**
 * The factors of {@link QuantizedAttention}'s blocks from what {@link BlockWeights} leaves, divided
 * by the sum of factors times sums of weights. Rows are whole vectors; behind the last block are
 * scores of {@link BlockWeights#NONE} and sums of 0.
 */
public record BlockFactors(Width width) implements Generator {
  /** The arguments, 8 bytes each. */
  public enum Arg {
    GREATEST,
    WEIGHTS,
    OUT,
    /** In bytes, to the next row of all three. */
    STRIDE,
    ROWS,
    /** In a row. */
    VECTORS,
    /** A float for each row. */
    SCALE
  }

  @Override
  public String name() {
    return "block_factors_" + width.text();
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    private final BlockFactors g;
    private final Gpr greatest;
    private final Gpr weights;
    private final Gpr out;
    private final Gpr scale;
    private final Gpr rows;
    private final Gpr place;
    private final Gpr left;
    private final Vec by;
    private final Vec most;
    private final Vec sum;
    private final Vec factor;
    private final Vec spare;
    private final Vec another;

    Body(BlockFactors g, Abi abi) {
      super(g.width, abi);
      this.g = g;
      greatest = frame.gpr();
      weights = frame.gpr();
      out = frame.gpr();
      scale = frame.gpr();
      rows = frame.gpr();
      place = frame.gpr();
      left = frame.gpr();
      by = simd.vec(0);
      most = simd.vec(1);
      sum = simd.vec(2);
      factor = simd.vec(3);
      spare = simd.vec(4);
      another = simd.vec(5);
    }

    Code emit() {
      frame.enter();
      a.emit(MOV, greatest, arg(Arg.GREATEST));
      a.emit(MOV, weights, arg(Arg.WEIGHTS));
      a.emit(MOV, out, arg(Arg.OUT));
      a.emit(MOV, scale, arg(Arg.SCALE));
      a.emit(MOV, rows, arg(Arg.ROWS));
      times(
          rows,
          "row",
          () -> {
            row();
            a.emit(ADD, greatest, arg(Arg.STRIDE));
            a.emit(ADD, weights, arg(Arg.STRIDE));
            a.emit(ADD, out, arg(Arg.STRIDE));
            a.emit(ADD, scale, imm(Float.BYTES));
          });
      frame.leave();
      return a.finish(g.name());
    }

    private void row() {
      simd.set(by, BlockWeights.LEAST_SCALE);
      a.emit(VBROADCASTSS, spare, at(scale));
      a.emit(VMAXPS, by, by, spare);
      simd.set(most, BlockWeights.NONE);
      along("most", () -> a.emit(VMAXPS, most, most, at(greatest, place, 1, 0)));
      simd.reduce(VMAXPS, most, spare);
      simd.zero(sum);
      along(
          "factors",
          () -> {
            simd.load(factor, at(greatest, place, 1, 0));
            a.emit(VSUBPS, factor, factor, most);
            a.emit(VMULPS, factor, factor, by);
            math.exp2(factor, spare, another);
            a.emit(VCVTDQ2PS, spare, at(weights, place, 1, 0));
            a.emit(VFMADD231PS, sum, factor, spare);
            simd.store(at(out, place, 1, 0), factor);
          });
      simd.reduce(VADDPS, sum, spare);
      simd.set(factor, 1);
      a.emit(VDIVPS, sum, factor, sum);
      along(
          "divide",
          () -> {
            a.emit(VMULPS, factor, sum, at(out, place, 1, 0));
            simd.store(at(out, place, 1, 0), factor);
          });
    }

    private void along(String name, Runnable body) {
      a.emit(XOR, place.low(), place.low());
      a.emit(MOV, left, arg(Arg.VECTORS));
      times(
          left,
          name,
          () -> {
            body.run();
            a.emit(ADD, place, imm(g.width.bytes()));
          });
    }
  }
}
