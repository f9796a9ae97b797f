package dev.vitrine.engine.asm;

import static dev.vitrine.engine.asm.Form.M0F;
import static dev.vitrine.engine.asm.Form.M38;
import static dev.vitrine.engine.asm.Form.M3A;
import static dev.vitrine.engine.asm.Form.NP;
import static dev.vitrine.engine.asm.Form.P66;
import static dev.vitrine.engine.asm.Form.PF3;
import static dev.vitrine.engine.asm.Form.W0;
import static dev.vitrine.engine.asm.Form.W1;
import static dev.vitrine.engine.asm.Form.both;
import static dev.vitrine.engine.asm.Form.evex;
import static dev.vitrine.engine.asm.Form.vex;
import static dev.vitrine.engine.asm.Isa.AVX;
import static dev.vitrine.engine.asm.Isa.AVX512DQ;
import static dev.vitrine.engine.asm.Isa.AVX512F;
import static dev.vitrine.engine.asm.Isa.FMA;
import static dev.vitrine.engine.asm.Kind.K;
import static dev.vitrine.engine.asm.Kind.U8;
import static dev.vitrine.engine.asm.Kind.V;
import static dev.vitrine.engine.asm.Kind.VM;
import static dev.vitrine.engine.asm.Kind.X;
import static dev.vitrine.engine.asm.Kind.XM;
import static dev.vitrine.engine.asm.Op.op;
import static dev.vitrine.engine.asm.Tuple.ELEMENT;
import static dev.vitrine.engine.asm.Tuple.FULL;
import static dev.vitrine.engine.asm.Tuple.FULL_MEM;

/** Arithmetic on 32-bit floats, and the little on 64-bit ones that is needed. */
public final class Floats {
  private Floats() {}

  // Arithmetic
  public static final Op VADDPS =
      op("vaddps", both(AVX, AVX512F, NP, M0F, W0, 0x58, FULL, V, V, VM));
  public static final Op VADDSS =
      op("vaddss", both(AVX, AVX512F, PF3, M0F, W0, 0x58, ELEMENT, X, X, XM));
  public static final Op VMULPS =
      op("vmulps", both(AVX, AVX512F, NP, M0F, W0, 0x59, FULL, V, V, VM));
  public static final Op VMULSS =
      op("vmulss", both(AVX, AVX512F, PF3, M0F, W0, 0x59, ELEMENT, X, X, XM));
  public static final Op VSUBPS =
      op("vsubps", both(AVX, AVX512F, NP, M0F, W0, 0x5c, FULL, V, V, VM));
  public static final Op VSUBSS =
      op("vsubss", both(AVX, AVX512F, PF3, M0F, W0, 0x5c, ELEMENT, X, X, XM));
  public static final Op VMINPS =
      op("vminps", both(AVX, AVX512F, NP, M0F, W0, 0x5d, FULL, V, V, VM));
  public static final Op VMINSS =
      op("vminss", both(AVX, AVX512F, PF3, M0F, W0, 0x5d, ELEMENT, X, X, XM));
  public static final Op VDIVPS =
      op("vdivps", both(AVX, AVX512F, NP, M0F, W0, 0x5e, FULL, V, V, VM));
  public static final Op VDIVSS =
      op("vdivss", both(AVX, AVX512F, PF3, M0F, W0, 0x5e, ELEMENT, X, X, XM));
  public static final Op VMAXPS =
      op("vmaxps", both(AVX, AVX512F, NP, M0F, W0, 0x5f, FULL, V, V, VM));
  public static final Op VMAXSS =
      op("vmaxss", both(AVX, AVX512F, PF3, M0F, W0, 0x5f, ELEMENT, X, X, XM));
  public static final Op VSQRTPS =
      op("vsqrtps", both(AVX, AVX512F, NP, M0F, W0, 0x51, FULL, V, VM));
  public static final Op VSQRTSS =
      op("vsqrtss", both(AVX, AVX512F, PF3, M0F, W0, 0x51, ELEMENT, X, X, XM));

  // Multiply and add: the digits tell which operands are multiplied; n negates the product
  public static final Op VFMADD132PS =
      op("vfmadd132ps", both(FMA, AVX512F, P66, M38, W0, 0x98, FULL, V, V, VM));
  public static final Op VFMADD132SS =
      op("vfmadd132ss", both(FMA, AVX512F, P66, M38, W0, 0x99, ELEMENT, X, X, XM));
  public static final Op VFMADD213PS =
      op("vfmadd213ps", both(FMA, AVX512F, P66, M38, W0, 0xa8, FULL, V, V, VM));
  public static final Op VFMADD213SS =
      op("vfmadd213ss", both(FMA, AVX512F, P66, M38, W0, 0xa9, ELEMENT, X, X, XM));
  public static final Op VFMADD231PS =
      op("vfmadd231ps", both(FMA, AVX512F, P66, M38, W0, 0xb8, FULL, V, V, VM));
  public static final Op VFMADD231SS =
      op("vfmadd231ss", both(FMA, AVX512F, P66, M38, W0, 0xb9, ELEMENT, X, X, XM));
  public static final Op VFMADD231PD =
      op("vfmadd231pd", vex(FMA, P66, M38, W1, 0xb8, FULL_MEM, V, V, VM));
  public static final Op VFMSUB132PS =
      op("vfmsub132ps", both(FMA, AVX512F, P66, M38, W0, 0x9a, FULL, V, V, VM));
  public static final Op VFMSUB213PS =
      op("vfmsub213ps", both(FMA, AVX512F, P66, M38, W0, 0xaa, FULL, V, V, VM));
  public static final Op VFMSUB231PS =
      op("vfmsub231ps", both(FMA, AVX512F, P66, M38, W0, 0xba, FULL, V, V, VM));
  public static final Op VFNMADD132PS =
      op("vfnmadd132ps", both(FMA, AVX512F, P66, M38, W0, 0x9c, FULL, V, V, VM));
  public static final Op VFNMADD132SS =
      op("vfnmadd132ss", both(FMA, AVX512F, P66, M38, W0, 0x9d, ELEMENT, X, X, XM));
  public static final Op VFNMADD213PS =
      op("vfnmadd213ps", both(FMA, AVX512F, P66, M38, W0, 0xac, FULL, V, V, VM));
  public static final Op VFNMADD213SS =
      op("vfnmadd213ss", both(FMA, AVX512F, P66, M38, W0, 0xad, ELEMENT, X, X, XM));
  public static final Op VFNMADD231PS =
      op("vfnmadd231ps", both(FMA, AVX512F, P66, M38, W0, 0xbc, FULL, V, V, VM));
  public static final Op VFNMADD231SS =
      op("vfnmadd231ss", both(FMA, AVX512F, P66, M38, W0, 0xbd, ELEMENT, X, X, XM));

  // Bits
  public static final Op VANDPS =
      op("vandps", both(AVX, AVX512DQ, NP, M0F, W0, 0x54, FULL, V, V, VM));
  public static final Op VANDNPS =
      op("vandnps", both(AVX, AVX512DQ, NP, M0F, W0, 0x55, FULL, V, V, VM));
  public static final Op VORPS =
      op("vorps", both(AVX, AVX512DQ, NP, M0F, W0, 0x56, FULL, V, V, VM));
  public static final Op VXORPS =
      op("vxorps", both(AVX, AVX512DQ, NP, M0F, W0, 0x57, FULL, V, V, VM));

  // Rounding and scaling
  public static final Op VROUNDPS =
      op("vroundps", vex(AVX, P66, M3A, W0, 0x08, FULL_MEM, V, VM, U8));
  public static final Op VRNDSCALEPS =
      op("vrndscaleps", evex(AVX512F, P66, M3A, W0, 0x08, FULL, V, VM, U8));
  public static final Op VREDUCEPS =
      op("vreduceps", evex(AVX512DQ, P66, M3A, W0, 0x56, FULL, V, VM, U8));
  public static final Op VSCALEFPS =
      op("vscalefps", evex(AVX512F, P66, M38, W0, 0x2c, FULL, V, V, VM));

  // Comparing and choosing
  public static final Op VCMPPS =
      op(
          "vcmpps",
          vex(AVX, NP, M0F, W0, 0xc2, FULL_MEM, V, V, VM, U8),
          evex(AVX512F, NP, M0F, W0, 0xc2, FULL, K, V, VM, U8));
  public static final Op VBLENDPS =
      op("vblendps", vex(AVX, P66, M3A, W0, 0x0c, FULL_MEM, V, V, VM, U8));
  public static final Op VBLENDVPS =
      op("vblendvps", vex(AVX, P66, M3A, W0, 0x4a, FULL_MEM, V, V, VM, V));
  public static final Op VBLENDMPS =
      op("vblendmps", evex(AVX512F, P66, M38, W0, 0x65, FULL, V, V, VM));
}
