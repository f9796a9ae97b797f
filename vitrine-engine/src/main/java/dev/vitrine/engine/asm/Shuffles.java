package dev.vitrine.engine.asm;

import static dev.vitrine.engine.asm.Form.M0F;
import static dev.vitrine.engine.asm.Form.M38;
import static dev.vitrine.engine.asm.Form.M3A;
import static dev.vitrine.engine.asm.Form.NP;
import static dev.vitrine.engine.asm.Form.P66;
import static dev.vitrine.engine.asm.Form.PF3;
import static dev.vitrine.engine.asm.Form.W0;
import static dev.vitrine.engine.asm.Form.W1;
import static dev.vitrine.engine.asm.Form.WIG1;
import static dev.vitrine.engine.asm.Form.both;
import static dev.vitrine.engine.asm.Form.evex;
import static dev.vitrine.engine.asm.Form.vex;
import static dev.vitrine.engine.asm.Isa.AVX;
import static dev.vitrine.engine.asm.Isa.AVX2;
import static dev.vitrine.engine.asm.Isa.AVX512BW;
import static dev.vitrine.engine.asm.Isa.AVX512F;
import static dev.vitrine.engine.asm.Kind.U;
import static dev.vitrine.engine.asm.Kind.U8;
import static dev.vitrine.engine.asm.Kind.V;
import static dev.vitrine.engine.asm.Kind.VM;
import static dev.vitrine.engine.asm.Kind.X;
import static dev.vitrine.engine.asm.Kind.XM;
import static dev.vitrine.engine.asm.Kind.Y;
import static dev.vitrine.engine.asm.Kind.YM;
import static dev.vitrine.engine.asm.Kind.Z;
import static dev.vitrine.engine.asm.Op.op;
import static dev.vitrine.engine.asm.Tuple.BYTES_16;
import static dev.vitrine.engine.asm.Tuple.BYTES_32;
import static dev.vitrine.engine.asm.Tuple.FULL;
import static dev.vitrine.engine.asm.Tuple.FULL_MEM;
import static dev.vitrine.engine.asm.Tuple.NONE;

/** Moving elements about in vectors. */
public final class Shuffles {
  private Shuffles() {}

  // Within 16 bytes
  public static final Op VUNPCKLPS =
      op("vunpcklps", both(AVX, AVX512F, NP, M0F, W0, 0x14, FULL, V, V, VM));
  public static final Op VUNPCKHPS =
      op("vunpckhps", both(AVX, AVX512F, NP, M0F, W0, 0x15, FULL, V, V, VM));
  public static final Op VUNPCKLPD =
      op("vunpcklpd", both(AVX, AVX512F, P66, M0F, WIG1, 0x14, FULL, V, V, VM));
  public static final Op VUNPCKHPD =
      op("vunpckhpd", both(AVX, AVX512F, P66, M0F, WIG1, 0x15, FULL, V, V, VM));
  public static final Op VPUNPCKLBW =
      op("vpunpcklbw", both(AVX2, AVX512BW, P66, M0F, W0, 0x60, FULL_MEM, V, V, VM));
  public static final Op VPUNPCKLWD =
      op("vpunpcklwd", both(AVX2, AVX512BW, P66, M0F, W0, 0x61, FULL_MEM, V, V, VM));
  public static final Op VPUNPCKLDQ =
      op("vpunpckldq", both(AVX2, AVX512F, P66, M0F, W0, 0x62, FULL, V, V, VM));
  public static final Op VPUNPCKLQDQ =
      op("vpunpcklqdq", both(AVX2, AVX512F, P66, M0F, WIG1, 0x6c, FULL, V, V, VM));
  public static final Op VPUNPCKHBW =
      op("vpunpckhbw", both(AVX2, AVX512BW, P66, M0F, W0, 0x68, FULL_MEM, V, V, VM));
  public static final Op VPUNPCKHWD =
      op("vpunpckhwd", both(AVX2, AVX512BW, P66, M0F, W0, 0x69, FULL_MEM, V, V, VM));
  public static final Op VPUNPCKHDQ =
      op("vpunpckhdq", both(AVX2, AVX512F, P66, M0F, W0, 0x6a, FULL, V, V, VM));
  public static final Op VPUNPCKHQDQ =
      op("vpunpckhqdq", both(AVX2, AVX512F, P66, M0F, WIG1, 0x6d, FULL, V, V, VM));
  public static final Op VSHUFPS =
      op("vshufps", both(AVX, AVX512F, NP, M0F, W0, 0xc6, FULL, V, V, VM, U8));
  public static final Op VPERMILPS =
      op(
          "vpermilps",
          both(AVX, AVX512F, P66, M38, W0, 0x0c, FULL, V, V, VM),
          both(AVX, AVX512F, P66, M3A, W0, 0x04, FULL, V, VM, U8));
  public static final Op VPSHUFD =
      op("vpshufd", both(AVX2, AVX512F, P66, M0F, W0, 0x70, FULL, V, VM, U8));
  public static final Op VPSHUFB =
      op("vpshufb", both(AVX2, AVX512BW, P66, M38, W0, 0x00, FULL_MEM, V, V, VM));
  public static final Op VMOVSHDUP =
      op("vmovshdup", both(AVX, AVX512F, PF3, M0F, W0, 0x16, FULL_MEM, V, VM));
  public static final Op VMOVSLDUP =
      op("vmovsldup", both(AVX, AVX512F, PF3, M0F, W0, 0x12, FULL_MEM, V, VM));
  public static final Op VMOVHLPS =
      op("vmovhlps", both(AVX, AVX512F, NP, M0F, W0, 0x12, NONE, X, X, X).unmaskable());

  // Across
  public static final Op VPERMPS =
      op("vpermps", both(AVX2, AVX512F, P66, M38, W0, 0x16, FULL, U, U, VM));
  public static final Op VPERMD =
      op("vpermd", both(AVX2, AVX512F, P66, M38, W0, 0x36, FULL, U, U, VM));
  public static final Op VPERMQ =
      op("vpermq", both(AVX2, AVX512F, P66, M3A, W1, 0x00, FULL, U, VM, U8));
  public static final Op VPERMI2PS =
      op("vpermi2ps", evex(AVX512F, P66, M38, W0, 0x77, FULL, V, V, VM));
  public static final Op VPERMT2PS =
      op("vpermt2ps", evex(AVX512F, P66, M38, W0, 0x7f, FULL, V, V, VM));
  public static final Op VPERM2F128 =
      op("vperm2f128", vex(AVX, P66, M3A, W0, 0x06, FULL_MEM, Y, Y, YM, U8));
  public static final Op VSHUFF32X4 =
      op("vshuff32x4", evex(AVX512F, P66, M3A, W0, 0x23, FULL, U, U, VM, U8));
  public static final Op VALIGND =
      op("valignd", evex(AVX512F, P66, M3A, W0, 0x03, FULL, V, V, VM, U8));

  // Parts of vectors
  public static final Op VEXTRACTF128 =
      op("vextractf128", vex(AVX, P66, M3A, W0, 0x19, BYTES_16, XM, Y, U8));
  public static final Op VEXTRACTF32X4 =
      op("vextractf32x4", evex(AVX512F, P66, M3A, W0, 0x19, BYTES_16, XM, U, U8));
  public static final Op VEXTRACTF64X4 =
      op("vextractf64x4", evex(AVX512F, P66, M3A, W1, 0x1b, BYTES_32, YM, Z, U8));
  public static final Op VINSERTF128 =
      op("vinsertf128", vex(AVX, P66, M3A, W0, 0x18, BYTES_16, Y, Y, XM, U8));
  public static final Op VINSERTF32X4 =
      op("vinsertf32x4", evex(AVX512F, P66, M3A, W0, 0x18, BYTES_16, U, U, XM, U8));
  public static final Op VINSERTF64X4 =
      op("vinsertf64x4", evex(AVX512F, P66, M3A, W1, 0x1a, BYTES_32, Z, Z, YM, U8));
  public static final Op VEXTRACTI128 =
      op("vextracti128", vex(AVX2, P66, M3A, W0, 0x39, BYTES_16, XM, Y, U8));
  public static final Op VEXTRACTI32X4 =
      op("vextracti32x4", evex(AVX512F, P66, M3A, W0, 0x39, BYTES_16, XM, U, U8));
  public static final Op VEXTRACTI64X4 =
      op("vextracti64x4", evex(AVX512F, P66, M3A, W1, 0x3b, BYTES_32, YM, Z, U8));
  public static final Op VINSERTI128 =
      op("vinserti128", vex(AVX2, P66, M3A, W0, 0x38, BYTES_16, Y, Y, XM, U8));
  public static final Op VINSERTI32X4 =
      op("vinserti32x4", evex(AVX512F, P66, M3A, W0, 0x38, BYTES_16, U, U, XM, U8));
  public static final Op VINSERTI64X4 =
      op("vinserti64x4", evex(AVX512F, P66, M3A, W1, 0x3a, BYTES_32, Z, Z, YM, U8));
}
