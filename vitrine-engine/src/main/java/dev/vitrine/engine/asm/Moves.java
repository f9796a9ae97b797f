package dev.vitrine.engine.asm;

import static dev.vitrine.engine.asm.Form.M0F;
import static dev.vitrine.engine.asm.Form.M38;
import static dev.vitrine.engine.asm.Form.M3A;
import static dev.vitrine.engine.asm.Form.NP;
import static dev.vitrine.engine.asm.Form.P66;
import static dev.vitrine.engine.asm.Form.PF2;
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
import static dev.vitrine.engine.asm.Kind.M;
import static dev.vitrine.engine.asm.Kind.R32;
import static dev.vitrine.engine.asm.Kind.R64;
import static dev.vitrine.engine.asm.Kind.RM32;
import static dev.vitrine.engine.asm.Kind.RM64;
import static dev.vitrine.engine.asm.Kind.U;
import static dev.vitrine.engine.asm.Kind.U8;
import static dev.vitrine.engine.asm.Kind.V;
import static dev.vitrine.engine.asm.Kind.VM;
import static dev.vitrine.engine.asm.Kind.VSIB;
import static dev.vitrine.engine.asm.Kind.X;
import static dev.vitrine.engine.asm.Kind.XM;
import static dev.vitrine.engine.asm.Kind.Y;
import static dev.vitrine.engine.asm.Op.op;
import static dev.vitrine.engine.asm.Tuple.BYTES_1;
import static dev.vitrine.engine.asm.Tuple.BYTES_16;
import static dev.vitrine.engine.asm.Tuple.BYTES_2;
import static dev.vitrine.engine.asm.Tuple.BYTES_8;
import static dev.vitrine.engine.asm.Tuple.ELEMENT;
import static dev.vitrine.engine.asm.Tuple.FULL_MEM;
import static dev.vitrine.engine.asm.Tuple.NONE;

/** Vector loads, stores and broadcasts. */
public final class Moves {
  private Moves() {}

  // Whole vectors
  public static final Op VMOVUPS =
      op(
          "vmovups",
          both(AVX, AVX512F, NP, M0F, W0, 0x10, FULL_MEM, V, VM),
          both(AVX, AVX512F, NP, M0F, W0, 0x11, FULL_MEM, M, V));
  public static final Op VMOVAPS =
      op(
          "vmovaps",
          both(AVX, AVX512F, NP, M0F, W0, 0x28, FULL_MEM, V, VM),
          both(AVX, AVX512F, NP, M0F, W0, 0x29, FULL_MEM, M, V));
  public static final Op VMOVDQU =
      op(
          "vmovdqu",
          vex(AVX, PF3, M0F, W0, 0x6f, FULL_MEM, V, VM),
          vex(AVX, PF3, M0F, W0, 0x7f, FULL_MEM, M, V));
  public static final Op VMOVDQU8 =
      op(
          "vmovdqu8",
          evex(AVX512BW, PF2, M0F, W0, 0x6f, FULL_MEM, V, VM),
          evex(AVX512BW, PF2, M0F, W0, 0x7f, FULL_MEM, M, V));
  public static final Op VMOVDQU16 =
      op(
          "vmovdqu16",
          evex(AVX512BW, PF2, M0F, W1, 0x6f, FULL_MEM, V, VM),
          evex(AVX512BW, PF2, M0F, W1, 0x7f, FULL_MEM, M, V));
  public static final Op VMOVDQU32 =
      op(
          "vmovdqu32",
          evex(AVX512F, PF3, M0F, W0, 0x6f, FULL_MEM, V, VM),
          evex(AVX512F, PF3, M0F, W0, 0x7f, FULL_MEM, M, V));
  public static final Op VMOVDQU64 =
      op(
          "vmovdqu64",
          evex(AVX512F, PF3, M0F, W1, 0x6f, FULL_MEM, V, VM),
          evex(AVX512F, PF3, M0F, W1, 0x7f, FULL_MEM, M, V));

  // One element
  public static final Op VMOVSS =
      op(
          "vmovss",
          both(AVX, AVX512F, PF3, M0F, W0, 0x10, ELEMENT, X, M),
          both(AVX, AVX512F, PF3, M0F, W0, 0x11, ELEMENT, M, X),
          both(AVX, AVX512F, PF3, M0F, W0, 0x10, NONE, X, X, X));
  public static final Op VMOVD =
      op(
          "vmovd",
          both(AVX, AVX512F, P66, M0F, W0, 0x6e, ELEMENT, X, RM32).unmaskable(),
          both(AVX, AVX512F, P66, M0F, W0, 0x7e, ELEMENT, RM32, X).unmaskable());
  public static final Op VMOVQ =
      op(
          "vmovq",
          vex(AVX, PF3, M0F, WIG1, 0x7e, ELEMENT, X, XM),
          vex(AVX, P66, M0F, WIG1, 0xd6, ELEMENT, M, X),
          both(AVX, AVX512F, P66, M0F, W1, 0x6e, ELEMENT, X, RM64).unmaskable(),
          both(AVX, AVX512F, P66, M0F, W1, 0x7e, ELEMENT, RM64, X).unmaskable());

  public static final Op VPEXTRB = op("vpextrb", vex(AVX, P66, M3A, W0, 0x14, BYTES_1, M, X, U8));

  // Broadcasts
  public static final Op VBROADCASTSS =
      op("vbroadcastss", both(AVX, AVX512F, P66, M38, W0, 0x18, ELEMENT, V, XM));
  public static final Op VBROADCASTSD =
      op("vbroadcastsd", vex(AVX, P66, M38, W0, 0x19, BYTES_8, Y, M));
  public static final Op VBROADCASTF128 =
      op("vbroadcastf128", vex(AVX, P66, M38, W0, 0x1a, BYTES_16, Y, M));
  public static final Op VBROADCASTF32X4 =
      op("vbroadcastf32x4", evex(AVX512F, P66, M38, W0, 0x1a, BYTES_16, U, M));
  public static final Op VPBROADCASTB =
      op(
          "vpbroadcastb",
          both(AVX2, AVX512BW, P66, M38, W0, 0x78, BYTES_1, V, XM),
          evex(AVX512BW, P66, M38, W0, 0x7a, NONE, V, R32));
  public static final Op VPBROADCASTW =
      op(
          "vpbroadcastw",
          both(AVX2, AVX512BW, P66, M38, W0, 0x79, BYTES_2, V, XM),
          evex(AVX512BW, P66, M38, W0, 0x7b, NONE, V, R32));
  public static final Op VPBROADCASTD =
      op(
          "vpbroadcastd",
          both(AVX2, AVX512F, P66, M38, W0, 0x58, ELEMENT, V, XM),
          evex(AVX512F, P66, M38, W0, 0x7c, NONE, V, R32));
  public static final Op VPBROADCASTQ =
      op(
          "vpbroadcastq",
          both(AVX2, AVX512F, P66, M38, WIG1, 0x59, ELEMENT, V, XM),
          evex(AVX512F, P66, M38, W1, 0x7c, NONE, V, R64));

  // Some elements
  public static final Op VMASKMOVPS =
      op(
          "vmaskmovps",
          vex(AVX, P66, M38, W0, 0x2c, FULL_MEM, V, V, M),
          vex(AVX, P66, M38, W0, 0x2e, FULL_MEM, M, V, V));
  public static final Op VPMASKMOVD =
      op(
          "vpmaskmovd",
          vex(AVX2, P66, M38, W0, 0x8c, FULL_MEM, V, V, M),
          vex(AVX2, P66, M38, W0, 0x8e, FULL_MEM, M, V, V));
  public static final Op VGATHERDPS =
      op(
          "vgatherdps",
          vex(AVX2, P66, M38, W0, 0x92, ELEMENT, V, VSIB, V),
          evex(AVX512F, P66, M38, W0, 0x92, ELEMENT, V, VSIB));
  public static final Op VSCATTERDPS =
      op("vscatterdps", evex(AVX512F, P66, M38, W0, 0xa2, ELEMENT, VSIB, V));

  public static final Op VZEROUPPER = op("vzeroupper", vex(AVX, NP, M0F, W0, 0x77, NONE));
}
