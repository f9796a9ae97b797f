package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VPACKSSDW;
import static dev.vitrine.engine.asm.Converts.VPACKUSWB;
import static dev.vitrine.engine.asm.Converts.VPMOVZXBD;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.MOVSXD;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Integers.VPADDD;
import static dev.vitrine.engine.asm.Integers.VPMULLD;
import static dev.vitrine.engine.asm.Integers.VPSRAD;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVD;
import static dev.vitrine.engine.asm.Moves.VMOVDQU;
import static dev.vitrine.engine.asm.Shuffles.VPERMD;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Vec;

/**
 * Pixels of three bytes that are weighted sums of adjacent pixels of a row, in fixed point, rounded
 * and limited to 0 to 255.
 *
 * @param fraction bits of the weights below the point
 */
public record MixedPixels(int fraction) implements Generator {
  /** Pixels whose products are made at once; a run has a multiple of them. */
  public static final int STEP = 2;

  /** For each step the weights of its pixels, each once a channel, and zeros up to a vector. */
  public static final int WEIGHTS = 8;

  private static final int CHANNELS = 3;

  /** Bytes that are read behind the last run and written behind the last pixel, at most. */
  public static final int SLACK = 2;

  /** The arguments, 8 bytes each. */
  public enum Arg {
    IN,
    /** For each pixel the offset of its run in bytes, s32. */
    OFFSETS,
    /** For each pixel {@link MixedPixels#WEIGHTS} s32 a step. */
    WEIGHTS,
    /** Steps of each run, at least one. */
    STEPS,
    OUT,
    PIXELS
  }

  @Override
  public String name() {
    return "mixed_pixels_" + fraction;
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
    private final MixedPixels g;

    Body(MixedPixels g, Abi abi) {
      super(Width.AVX2, abi);
      this.g = g;
    }

    Code emit() {
      Gpr offset = frame.gpr();
      Gpr in = frame.gpr();
      Gpr out = frame.gpr();
      Gpr weights = frame.gpr();
      Gpr pixels = frame.gpr();
      Gpr steps = frame.gpr();
      Vec sum = simd.vec(0);
      Vec product = simd.vec(1);
      Vec half = simd.vec(2);
      Vec second = simd.vec(3);
      frame.enter();
      a.emit(MOV, offset, arg(Arg.OFFSETS));
      a.emit(MOV, weights, arg(Arg.WEIGHTS));
      a.emit(MOV, out, arg(Arg.OUT));
      a.emit(MOV, pixels, arg(Arg.PIXELS));
      int round = 1 << (g.fraction - 1);
      a.emit(VMOVDQU, half, a.constant(round, round, round, 0, 0, 0, 0, 0));
      a.emit(VMOVDQU, second, a.constant(3, 4, 5, 3, 3, 3, 3, 3));
      times(
          pixels,
          "pixel",
          () -> {
            a.emit(MOVSXD, in, at(offset));
            a.emit(ADD, in, arg(Arg.IN));
            a.emit(MOV, steps, arg(Arg.STEPS));
            a.emit(VMOVDQU, sum, half);
            times(
                steps,
                "step",
                () -> {
                  a.emit(VPMOVZXBD, product, at(in));
                  a.emit(VPMULLD, product, product, at(weights));
                  a.emit(VPADDD, sum, sum, product);
                  a.emit(ADD, in, imm(STEP * CHANNELS));
                  a.emit(ADD, weights, imm((long) WEIGHTS * Integer.BYTES));
                });
            a.emit(VPERMD, product, second, sum);
            a.emit(VPADDD, sum, sum, product);
            Vec pixel = sum.as(16);
            a.emit(VPSRAD, pixel, pixel, imm(g.fraction));
            a.emit(VPACKSSDW, pixel, pixel, pixel);
            a.emit(VPACKUSWB, pixel, pixel, pixel);
            a.emit(VMOVD, at(out), pixel);
            a.emit(ADD, out, imm(CHANNELS));
            a.emit(ADD, offset, imm(Integer.BYTES));
          });
      frame.leave();
      return a.finish(g.name());
    }
  }
}
