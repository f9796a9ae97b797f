package dev.vitrine.engine.asm;

import static dev.vitrine.engine.asm.Form.M0F;
import static dev.vitrine.engine.asm.Form.M3A;
import static dev.vitrine.engine.asm.Form.NP;
import static dev.vitrine.engine.asm.Form.P66;
import static dev.vitrine.engine.asm.Form.PF2;
import static dev.vitrine.engine.asm.Form.W0;
import static dev.vitrine.engine.asm.Form.W1;
import static dev.vitrine.engine.asm.Form.vex;
import static dev.vitrine.engine.asm.Form.vexL1;
import static dev.vitrine.engine.asm.Isa.AVX512BW;
import static dev.vitrine.engine.asm.Isa.AVX512DQ;
import static dev.vitrine.engine.asm.Isa.AVX512F;
import static dev.vitrine.engine.asm.Kind.K;
import static dev.vitrine.engine.asm.Kind.KM;
import static dev.vitrine.engine.asm.Kind.M;
import static dev.vitrine.engine.asm.Kind.R32;
import static dev.vitrine.engine.asm.Kind.R64;
import static dev.vitrine.engine.asm.Kind.U8;
import static dev.vitrine.engine.asm.Op.op;
import static dev.vitrine.engine.asm.Tuple.BYTES_1;
import static dev.vitrine.engine.asm.Tuple.BYTES_2;
import static dev.vitrine.engine.asm.Tuple.BYTES_4;
import static dev.vitrine.engine.asm.Tuple.BYTES_8;
import static dev.vitrine.engine.asm.Tuple.NONE;

/** Mask registers: b, w, d and q name 8, 16, 32 and 64 bits. */
public final class Masks {
  private Masks() {}

  // Moves
  public static final Op KMOVB =
      op(
          "kmovb",
          vex(AVX512DQ, P66, M0F, W0, 0x90, BYTES_1, K, KM),
          vex(AVX512DQ, P66, M0F, W0, 0x91, BYTES_1, M, K),
          vex(AVX512DQ, P66, M0F, W0, 0x92, NONE, K, R32),
          vex(AVX512DQ, P66, M0F, W0, 0x93, NONE, R32, K));
  public static final Op KMOVW =
      op(
          "kmovw",
          vex(AVX512F, NP, M0F, W0, 0x90, BYTES_2, K, KM),
          vex(AVX512F, NP, M0F, W0, 0x91, BYTES_2, M, K),
          vex(AVX512F, NP, M0F, W0, 0x92, NONE, K, R32),
          vex(AVX512F, NP, M0F, W0, 0x93, NONE, R32, K));
  public static final Op KMOVD =
      op(
          "kmovd",
          vex(AVX512BW, P66, M0F, W1, 0x90, BYTES_4, K, KM),
          vex(AVX512BW, P66, M0F, W1, 0x91, BYTES_4, M, K),
          vex(AVX512BW, PF2, M0F, W0, 0x92, NONE, K, R32),
          vex(AVX512BW, PF2, M0F, W0, 0x93, NONE, R32, K));
  public static final Op KMOVQ =
      op(
          "kmovq",
          vex(AVX512BW, NP, M0F, W1, 0x90, BYTES_8, K, KM),
          vex(AVX512BW, NP, M0F, W1, 0x91, BYTES_8, M, K),
          vex(AVX512BW, PF2, M0F, W1, 0x92, NONE, K, R64),
          vex(AVX512BW, PF2, M0F, W1, 0x93, NONE, R64, K));

  // Bits
  public static final Op KANDW = op("kandw", vexL1(AVX512F, NP, M0F, W0, 0x41, NONE, K, K, K));
  public static final Op KANDNW = op("kandnw", vexL1(AVX512F, NP, M0F, W0, 0x42, NONE, K, K, K));
  public static final Op KORW = op("korw", vexL1(AVX512F, NP, M0F, W0, 0x45, NONE, K, K, K));
  public static final Op KXNORW = op("kxnorw", vexL1(AVX512F, NP, M0F, W0, 0x46, NONE, K, K, K));
  public static final Op KXORW = op("kxorw", vexL1(AVX512F, NP, M0F, W0, 0x47, NONE, K, K, K));
  public static final Op KNOTW = op("knotw", vex(AVX512F, NP, M0F, W0, 0x44, NONE, K, K));
  public static final Op KORTESTW = op("kortestw", vex(AVX512F, NP, M0F, W0, 0x98, NONE, K, K));
  public static final Op KANDD = op("kandd", vexL1(AVX512BW, P66, M0F, W1, 0x41, NONE, K, K, K));
  public static final Op KANDND = op("kandnd", vexL1(AVX512BW, P66, M0F, W1, 0x42, NONE, K, K, K));
  public static final Op KORD = op("kord", vexL1(AVX512BW, P66, M0F, W1, 0x45, NONE, K, K, K));
  public static final Op KXNORD = op("kxnord", vexL1(AVX512BW, P66, M0F, W1, 0x46, NONE, K, K, K));
  public static final Op KXORD = op("kxord", vexL1(AVX512BW, P66, M0F, W1, 0x47, NONE, K, K, K));
  public static final Op KNOTD = op("knotd", vex(AVX512BW, P66, M0F, W1, 0x44, NONE, K, K));
  public static final Op KORTESTD = op("kortestd", vex(AVX512BW, P66, M0F, W1, 0x98, NONE, K, K));
  public static final Op KANDQ = op("kandq", vexL1(AVX512BW, NP, M0F, W1, 0x41, NONE, K, K, K));
  public static final Op KANDNQ = op("kandnq", vexL1(AVX512BW, NP, M0F, W1, 0x42, NONE, K, K, K));
  public static final Op KORQ = op("korq", vexL1(AVX512BW, NP, M0F, W1, 0x45, NONE, K, K, K));
  public static final Op KXNORQ = op("kxnorq", vexL1(AVX512BW, NP, M0F, W1, 0x46, NONE, K, K, K));
  public static final Op KXORQ = op("kxorq", vexL1(AVX512BW, NP, M0F, W1, 0x47, NONE, K, K, K));
  public static final Op KNOTQ = op("knotq", vex(AVX512BW, NP, M0F, W1, 0x44, NONE, K, K));
  public static final Op KORTESTQ = op("kortestq", vex(AVX512BW, NP, M0F, W1, 0x98, NONE, K, K));

  // Shifts
  public static final Op KSHIFTRW =
      op("kshiftrw", vex(AVX512F, P66, M3A, W1, 0x30, NONE, K, K, U8));
  public static final Op KSHIFTLW =
      op("kshiftlw", vex(AVX512F, P66, M3A, W1, 0x32, NONE, K, K, U8));
  public static final Op KUNPCKBW =
      op("kunpckbw", vexL1(AVX512F, P66, M0F, W0, 0x4b, NONE, K, K, K));
}
