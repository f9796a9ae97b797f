package dev.vitrine.engine.asm;

import static dev.vitrine.engine.asm.Form.M0F;
import static dev.vitrine.engine.asm.Form.M38;
import static dev.vitrine.engine.asm.Form.M3A;
import static dev.vitrine.engine.asm.Form.NP;
import static dev.vitrine.engine.asm.Form.P66;
import static dev.vitrine.engine.asm.Form.PF3;
import static dev.vitrine.engine.asm.Form.W0;
import static dev.vitrine.engine.asm.Form.both;
import static dev.vitrine.engine.asm.Form.evex;
import static dev.vitrine.engine.asm.Isa.AVX;
import static dev.vitrine.engine.asm.Isa.AVX2;
import static dev.vitrine.engine.asm.Isa.AVX512BW;
import static dev.vitrine.engine.asm.Isa.AVX512F;
import static dev.vitrine.engine.asm.Isa.F16C;
import static dev.vitrine.engine.asm.Kind.HM;
import static dev.vitrine.engine.asm.Kind.QM;
import static dev.vitrine.engine.asm.Kind.U8;
import static dev.vitrine.engine.asm.Kind.V;
import static dev.vitrine.engine.asm.Kind.VM;
import static dev.vitrine.engine.asm.Op.op;
import static dev.vitrine.engine.asm.Tuple.FULL;
import static dev.vitrine.engine.asm.Tuple.FULL_MEM;
import static dev.vitrine.engine.asm.Tuple.HALF_MEM;
import static dev.vitrine.engine.asm.Tuple.QUARTER_MEM;

/** Conversions between types of elements. */
public final class Converts {
  private Converts() {}

  // Floats
  public static final Op VCVTPS2DQ =
      op("vcvtps2dq", both(AVX, AVX512F, P66, M0F, W0, 0x5b, FULL, V, VM));
  public static final Op VCVTTPS2DQ =
      op("vcvttps2dq", both(AVX, AVX512F, PF3, M0F, W0, 0x5b, FULL, V, VM));
  public static final Op VCVTDQ2PS =
      op("vcvtdq2ps", both(AVX, AVX512F, NP, M0F, W0, 0x5b, FULL, V, VM));
  public static final Op VCVTPH2PS =
      op("vcvtph2ps", both(F16C, AVX512F, P66, M38, W0, 0x13, HALF_MEM, V, HM));
  public static final Op VCVTPS2PH =
      op("vcvtps2ph", both(F16C, AVX512F, P66, M3A, W0, 0x1d, HALF_MEM, HM, V, U8));

  // To wider integers
  public static final Op VPMOVSXBW =
      op("vpmovsxbw", both(AVX2, AVX512BW, P66, M38, W0, 0x20, HALF_MEM, V, HM));
  public static final Op VPMOVSXBD =
      op("vpmovsxbd", both(AVX2, AVX512F, P66, M38, W0, 0x21, QUARTER_MEM, V, QM));
  public static final Op VPMOVSXWD =
      op("vpmovsxwd", both(AVX2, AVX512F, P66, M38, W0, 0x23, HALF_MEM, V, HM));
  public static final Op VPMOVZXBW =
      op("vpmovzxbw", both(AVX2, AVX512BW, P66, M38, W0, 0x30, HALF_MEM, V, HM));
  public static final Op VPMOVZXBD =
      op("vpmovzxbd", both(AVX2, AVX512F, P66, M38, W0, 0x31, QUARTER_MEM, V, QM));
  public static final Op VPMOVZXWD =
      op("vpmovzxwd", both(AVX2, AVX512F, P66, M38, W0, 0x33, HALF_MEM, V, HM));

  // To narrower integers; s and us saturate
  public static final Op VPMOVDB =
      op("vpmovdb", evex(AVX512F, PF3, M38, W0, 0x31, QUARTER_MEM, QM, V));
  public static final Op VPMOVSDB =
      op("vpmovsdb", evex(AVX512F, PF3, M38, W0, 0x21, QUARTER_MEM, QM, V));
  public static final Op VPMOVUSDB =
      op("vpmovusdb", evex(AVX512F, PF3, M38, W0, 0x11, QUARTER_MEM, QM, V));
  public static final Op VPMOVDW =
      op("vpmovdw", evex(AVX512F, PF3, M38, W0, 0x33, HALF_MEM, HM, V));
  public static final Op VPACKSSWB =
      op("vpacksswb", both(AVX2, AVX512BW, P66, M0F, W0, 0x63, FULL_MEM, V, V, VM));
  public static final Op VPACKUSWB =
      op("vpackuswb", both(AVX2, AVX512BW, P66, M0F, W0, 0x67, FULL_MEM, V, V, VM));
  public static final Op VPACKSSDW =
      op("vpackssdw", both(AVX2, AVX512BW, P66, M0F, W0, 0x6b, FULL, V, V, VM));
  public static final Op VPACKUSDW =
      op("vpackusdw", both(AVX2, AVX512BW, P66, M38, W0, 0x2b, FULL, V, V, VM));
}
