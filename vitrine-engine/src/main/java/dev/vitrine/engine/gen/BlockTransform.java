package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Converts.VPACKSSDW;
import static dev.vitrine.engine.asm.Converts.VPACKUSWB;
import static dev.vitrine.engine.asm.Converts.VPMOVSXWD;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.LEA;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Integers.VPADDD;
import static dev.vitrine.engine.asm.Integers.VPMULLD;
import static dev.vitrine.engine.asm.Integers.VPSLLD;
import static dev.vitrine.engine.asm.Integers.VPSRAD;
import static dev.vitrine.engine.asm.Integers.VPSUBD;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVQ;
import static dev.vitrine.engine.asm.Shuffles.VEXTRACTI128;
import static dev.vitrine.engine.asm.Shuffles.VMOVHLPS;
import static dev.vitrine.engine.asm.Shuffles.VPERM2F128;
import static dev.vitrine.engine.asm.Shuffles.VPSHUFB;
import static dev.vitrine.engine.asm.Shuffles.VPUNPCKHDQ;
import static dev.vitrine.engine.asm.Shuffles.VPUNPCKLDQ;
import static dev.vitrine.engine.asm.Shuffles.VUNPCKHPD;
import static dev.vitrine.engine.asm.Shuffles.VUNPCKHPS;
import static dev.vitrine.engine.asm.Shuffles.VUNPCKLPD;
import static dev.vitrine.engine.asm.Shuffles.VUNPCKLPS;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Vec;

/**
 * JPEG's inverse cosine transform of blocks of 8 × 8 coefficients to levels, in fixed point:
 * Loeffler, Ligtenberg and Moschytz, Practical fast 1-D DCT algorithms with 11 multiplications
 * (1989), columns first, with 13 bits in factors and 2 kept between the passes.
 */
public record BlockTransform() implements Generator {
  private static final int SIDE = 8;
  private static final int BITS = 13;
  private static final int EXTRA = 2;

  /** The arguments, 8 bytes each. */
  public enum Arg {
    /** 64 s16 a block, in rows, block after block. */
    COEFFICIENTS,
    /** 64 s32, what coefficients are multiplied by. */
    QUANTIZER,
    BLOCKS,
    /** Eight rows of bytes, in which blocks lie side by side. */
    OUT,
    OUT_STRIDE
  }

  @Override
  public String name() {
    return "block_transform";
  }

  @Override
  public Width width() {
    return Width.AVX2;
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(abi).emit(name());
  }

  private static final class Body extends Emitter {
    private final Gpr in = frame.gpr();
    private final Gpr quantizer = frame.gpr();
    private final Gpr blocks = frame.gpr();
    private final Gpr out = frame.gpr();
    private final Gpr row = frame.gpr();
    private final Gpr stride = frame.gpr();

    Body(Abi abi) {
      super(Width.AVX2, abi);
    }

    Code emit(String name) {
      frame.enter();
      a.emit(MOV, in, arg(Arg.COEFFICIENTS));
      a.emit(MOV, quantizer, arg(Arg.QUANTIZER));
      a.emit(MOV, blocks, arg(Arg.BLOCKS));
      a.emit(MOV, out, arg(Arg.OUT));
      a.emit(MOV, stride, arg(Arg.OUT_STRIDE));
      times(
          blocks,
          "block",
          () -> {
            Vec[] v = simd.vecs(0, SIDE);
            for (int i = 0; i < SIDE; i++) {
              a.emit(VPMOVSXWD, v[i], at(in, i * SIDE * Short.BYTES));
              a.emit(VPMULLD, v[i], v[i], at(quantizer, i * SIDE * Integer.BYTES));
            }
            v = pass(v, simd.vecs(SIDE, SIDE), BITS - EXTRA);
            v = transposed(v, simd.vecs(0, SIDE));
            v = pass(v, simd.vecs(SIDE, SIDE), BITS + EXTRA + 3);
            store(v, simd.vecs(0, SIDE));
            a.emit(ADD, in, imm(SIDE * SIDE * Short.BYTES));
            a.emit(ADD, out, imm(SIDE));
          });
      frame.leave();
      return a.finish(name);
    }

    /**
     * One dimension of eight transforms side by side, the results rounded to drop bits.
     *
     * @param x the coefficients; overwritten
     * @return the values, in t
     */
    private Vec[] pass(Vec[] x, Vec[] t, int drop) {
      a.emit(VPADDD, t[0], x[2], x[6]);
      multiply(t[0], 4433);
      multiply(x[6], 15137);
      multiply(x[2], 6270);
      a.emit(VPSUBD, x[6], t[0], x[6]);
      a.emit(VPADDD, x[2], t[0], x[2]);
      a.emit(VPADDD, t[0], x[0], x[4]);
      a.emit(VPSUBD, t[1], x[0], x[4]);
      for (int i = 0; i < 2; i++) {
        a.emit(VPSLLD, t[i], t[i], imm(BITS));
        a.emit(VPADDD, t[i], t[i], simd.everywhere(1 << (drop - 1)));
      }
      a.emit(VPADDD, x[0], t[0], x[2]);
      a.emit(VPSUBD, x[4], t[0], x[2]);
      a.emit(VPADDD, x[2], t[1], x[6]);
      a.emit(VPSUBD, x[6], t[1], x[6]);

      a.emit(VPADDD, t[0], x[7], x[3]);
      a.emit(VPADDD, t[1], x[5], x[1]);
      a.emit(VPADDD, t[2], t[0], t[1]);
      multiply(t[2], 9633);
      multiply(t[0], -16069);
      multiply(t[1], -3196);
      a.emit(VPADDD, t[0], t[0], t[2]);
      a.emit(VPADDD, t[1], t[1], t[2]);
      a.emit(VPADDD, t[3], x[7], x[1]);
      a.emit(VPADDD, t[4], x[5], x[3]);
      multiply(t[3], -7373);
      multiply(t[4], -20995);
      odd(x[7], 2446, t[3], t[0]);
      odd(x[5], 16819, t[4], t[1]);
      odd(x[3], 25172, t[4], t[0]);
      odd(x[1], 12299, t[3], t[1]);

      Vec[] even = {x[0], x[2], x[6], x[4]};
      Vec[] odd = {x[1], x[3], x[5], x[7]};
      for (int i = 0; i < 4; i++) {
        a.emit(VPADDD, t[i], even[i], odd[i]);
        a.emit(VPSUBD, t[SIDE - 1 - i], even[i], odd[i]);
      }
      for (Vec v : t) {
        a.emit(VPSRAD, v, v, imm(drop));
      }
      return t;
    }

    private void odd(Vec x, int factor, Vec a, Vec b) {
      multiply(x, factor);
      this.a.emit(VPADDD, x, x, a);
      this.a.emit(VPADDD, x, x, b);
    }

    private void multiply(Vec v, int factor) {
      a.emit(VPMULLD, v, v, simd.everywhere(factor));
    }

    /** Lane j of vector i becomes lane i of vector j. */
    private Vec[] transposed(Vec[] x, Vec[] t) {
      for (int i = 0; i < SIDE; i += 2) {
        a.emit(VUNPCKLPS, t[i], x[i], x[i + 1]);
        a.emit(VUNPCKHPS, t[i + 1], x[i], x[i + 1]);
      }
      for (int i = 0; i < SIDE; i += 4) {
        for (int j = 0; j < 2; j++) {
          a.emit(VUNPCKLPD, x[i + 2 * j], t[i + j], t[i + 2 + j]);
          a.emit(VUNPCKHPD, x[i + 2 * j + 1], t[i + j], t[i + 2 + j]);
        }
      }
      for (int i = 0; i < 4; i++) {
        a.emit(VPERM2F128, t[i], x[i], x[i + 4], imm(0x20));
        a.emit(VPERM2F128, t[i + 4], x[i], x[i + 4], imm(0x31));
      }
      return t;
    }

    /**
     * Stores columns as levels.
     *
     * @param v a vector a column; overwritten
     */
    private void store(Vec[] v, Vec[] t) {
      for (Vec column : v) {
        a.emit(VPADDD, column, column, simd.everywhere(128));
      }
      for (int i = 0; i < 4; i++) {
        a.emit(VPACKSSDW, v[i], v[2 * i], v[2 * i + 1]);
      }
      // Four bytes of each of four columns in either half, which become four of each row.
      Mem order =
          a.constant(
              0x0c080400,
              0x0d090501,
              0x0e0a0602,
              0x0f0b0703,
              0x0c080400,
              0x0d090501,
              0x0e0a0602,
              0x0f0b0703);
      for (int i = 0; i < 2; i++) {
        a.emit(VPACKUSWB, v[i], v[2 * i], v[2 * i + 1]);
        a.emit(VPSHUFB, v[i], v[i], order);
      }
      a.emit(VPUNPCKLDQ, t[0], v[0], v[1]);
      a.emit(VPUNPCKHDQ, t[1], v[0], v[1]);
      a.emit(VEXTRACTI128, t[2].as(16), t[0], imm(1));
      a.emit(VEXTRACTI128, t[3].as(16), t[1], imm(1));
      a.emit(MOV, row, out);
      for (int i = 0; i < 4; i++) {
        Vec pair = t[i].as(16);
        a.emit(VMOVQ, at(row), pair);
        a.emit(VMOVHLPS, pair, pair, pair);
        a.emit(VMOVQ, at(row, stride, 1, 0), pair);
        a.emit(LEA, row, at(row, stride, 2, 0));
      }
    }
  }
}
