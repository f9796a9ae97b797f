package dev.vitrine.engine.asm;

import static dev.vitrine.engine.asm.Form.M0F;
import static dev.vitrine.engine.asm.Form.M38;
import static dev.vitrine.engine.asm.Form.M3A;
import static dev.vitrine.engine.asm.Form.P66;
import static dev.vitrine.engine.asm.Form.W0;
import static dev.vitrine.engine.asm.Form.both;
import static dev.vitrine.engine.asm.Form.evex;
import static dev.vitrine.engine.asm.Form.vex;
import static dev.vitrine.engine.asm.Isa.AVX2;
import static dev.vitrine.engine.asm.Isa.AVX512BW;
import static dev.vitrine.engine.asm.Isa.AVX512F;
import static dev.vitrine.engine.asm.Isa.AVX512_VNNI;
import static dev.vitrine.engine.asm.Isa.AVX_VNNI;
import static dev.vitrine.engine.asm.Kind.K;
import static dev.vitrine.engine.asm.Kind.U8;
import static dev.vitrine.engine.asm.Kind.V;
import static dev.vitrine.engine.asm.Kind.VM;
import static dev.vitrine.engine.asm.Kind.XM;
import static dev.vitrine.engine.asm.Op.op;
import static dev.vitrine.engine.asm.Tuple.BYTES_16;
import static dev.vitrine.engine.asm.Tuple.FULL;
import static dev.vitrine.engine.asm.Tuple.FULL_MEM;
import static dev.vitrine.engine.asm.Tuple.NONE;

/** Arithmetic on integers of 8, 16 and 32 bits. */
public final class Integers {
  private Integers() {}

  // Arithmetic
  public static final Op VPADDB =
      op("vpaddb", both(AVX2, AVX512BW, P66, M0F, W0, 0xfc, FULL_MEM, V, V, VM));
  public static final Op VPADDW =
      op("vpaddw", both(AVX2, AVX512BW, P66, M0F, W0, 0xfd, FULL_MEM, V, V, VM));
  public static final Op VPADDD =
      op("vpaddd", both(AVX2, AVX512F, P66, M0F, W0, 0xfe, FULL, V, V, VM));
  public static final Op VPSUBB =
      op("vpsubb", both(AVX2, AVX512BW, P66, M0F, W0, 0xf8, FULL_MEM, V, V, VM));
  public static final Op VPSUBW =
      op("vpsubw", both(AVX2, AVX512BW, P66, M0F, W0, 0xf9, FULL_MEM, V, V, VM));
  public static final Op VPSUBD =
      op("vpsubd", both(AVX2, AVX512F, P66, M0F, W0, 0xfa, FULL, V, V, VM));
  public static final Op VPMULLD =
      op("vpmulld", both(AVX2, AVX512F, P66, M38, W0, 0x40, FULL, V, V, VM));
  public static final Op VPMULLW =
      op("vpmullw", both(AVX2, AVX512BW, P66, M0F, W0, 0xd5, FULL_MEM, V, V, VM));
  public static final Op VPMINSD =
      op("vpminsd", both(AVX2, AVX512F, P66, M38, W0, 0x39, FULL, V, V, VM));
  public static final Op VPMAXSD =
      op("vpmaxsd", both(AVX2, AVX512F, P66, M38, W0, 0x3d, FULL, V, V, VM));
  public static final Op VPMINUD =
      op("vpminud", both(AVX2, AVX512F, P66, M38, W0, 0x3b, FULL, V, V, VM));
  public static final Op VPMAXUD =
      op("vpmaxud", both(AVX2, AVX512F, P66, M38, W0, 0x3f, FULL, V, V, VM));
  public static final Op VPMINSW =
      op("vpminsw", both(AVX2, AVX512BW, P66, M0F, W0, 0xea, FULL_MEM, V, V, VM));
  public static final Op VPMAXSW =
      op("vpmaxsw", both(AVX2, AVX512BW, P66, M0F, W0, 0xee, FULL_MEM, V, V, VM));
  public static final Op VPMINUB =
      op("vpminub", both(AVX2, AVX512BW, P66, M0F, W0, 0xda, FULL_MEM, V, V, VM));
  public static final Op VPMAXUB =
      op("vpmaxub", both(AVX2, AVX512BW, P66, M0F, W0, 0xde, FULL_MEM, V, V, VM));
  public static final Op VPABSD =
      op("vpabsd", both(AVX2, AVX512F, P66, M38, W0, 0x1e, FULL, V, VM));

  // Sums of products
  public static final Op VPMADDWD =
      op("vpmaddwd", both(AVX2, AVX512BW, P66, M0F, W0, 0xf5, FULL_MEM, V, V, VM));
  public static final Op VPMADDUBSW =
      op("vpmaddubsw", both(AVX2, AVX512BW, P66, M38, W0, 0x04, FULL_MEM, V, V, VM));
  public static final Op VPDPBUSD =
      op("vpdpbusd", evex(AVX512_VNNI, P66, M38, W0, 0x50, FULL, V, V, VM));
  public static final Op VEX_VPDPBUSD =
      op("{vex} vpdpbusd", vex(AVX_VNNI, P66, M38, W0, 0x50, FULL_MEM, V, V, VM));
  public static final Op VPDPWSSD =
      op("vpdpwssd", evex(AVX512_VNNI, P66, M38, W0, 0x52, FULL, V, V, VM));
  public static final Op VEX_VPDPWSSD =
      op("{vex} vpdpwssd", vex(AVX_VNNI, P66, M38, W0, 0x52, FULL_MEM, V, V, VM));

  // Bits
  public static final Op VPAND = op("vpand", vex(AVX2, P66, M0F, W0, 0xdb, FULL_MEM, V, V, VM));
  public static final Op VPANDD = op("vpandd", evex(AVX512F, P66, M0F, W0, 0xdb, FULL, V, V, VM));
  public static final Op VPANDN = op("vpandn", vex(AVX2, P66, M0F, W0, 0xdf, FULL_MEM, V, V, VM));
  public static final Op VPANDND = op("vpandnd", evex(AVX512F, P66, M0F, W0, 0xdf, FULL, V, V, VM));
  public static final Op VPOR = op("vpor", vex(AVX2, P66, M0F, W0, 0xeb, FULL_MEM, V, V, VM));
  public static final Op VPORD = op("vpord", evex(AVX512F, P66, M0F, W0, 0xeb, FULL, V, V, VM));
  public static final Op VPXOR = op("vpxor", vex(AVX2, P66, M0F, W0, 0xef, FULL_MEM, V, V, VM));
  public static final Op VPXORD = op("vpxord", evex(AVX512F, P66, M0F, W0, 0xef, FULL, V, V, VM));
  public static final Op VPTERNLOGD =
      op("vpternlogd", evex(AVX512F, P66, M3A, W0, 0x25, FULL, V, V, VM, U8));

  // Shifts
  public static final Op VPSLLD =
      op(
          "vpslld",
          vex(AVX2, P66, M0F, W0, 0x72, NONE, V, V, U8).digit(6),
          evex(AVX512F, P66, M0F, W0, 0x72, FULL, V, VM, U8).digit(6),
          both(AVX2, AVX512F, P66, M0F, W0, 0xf2, BYTES_16, V, V, XM));
  public static final Op VPSRLD =
      op(
          "vpsrld",
          vex(AVX2, P66, M0F, W0, 0x72, NONE, V, V, U8).digit(2),
          evex(AVX512F, P66, M0F, W0, 0x72, FULL, V, VM, U8).digit(2),
          both(AVX2, AVX512F, P66, M0F, W0, 0xd2, BYTES_16, V, V, XM));
  public static final Op VPSRAD =
      op(
          "vpsrad",
          vex(AVX2, P66, M0F, W0, 0x72, NONE, V, V, U8).digit(4),
          evex(AVX512F, P66, M0F, W0, 0x72, FULL, V, VM, U8).digit(4),
          both(AVX2, AVX512F, P66, M0F, W0, 0xe2, BYTES_16, V, V, XM));
  public static final Op VPSLLW =
      op(
          "vpsllw",
          vex(AVX2, P66, M0F, W0, 0x71, NONE, V, V, U8).digit(6),
          evex(AVX512BW, P66, M0F, W0, 0x71, FULL_MEM, V, VM, U8).digit(6),
          both(AVX2, AVX512BW, P66, M0F, W0, 0xf1, BYTES_16, V, V, XM));
  public static final Op VPSRLW =
      op(
          "vpsrlw",
          vex(AVX2, P66, M0F, W0, 0x71, NONE, V, V, U8).digit(2),
          evex(AVX512BW, P66, M0F, W0, 0x71, FULL_MEM, V, VM, U8).digit(2),
          both(AVX2, AVX512BW, P66, M0F, W0, 0xd1, BYTES_16, V, V, XM));
  public static final Op VPSRAW =
      op(
          "vpsraw",
          vex(AVX2, P66, M0F, W0, 0x71, NONE, V, V, U8).digit(4),
          evex(AVX512BW, P66, M0F, W0, 0x71, FULL_MEM, V, VM, U8).digit(4),
          both(AVX2, AVX512BW, P66, M0F, W0, 0xe1, BYTES_16, V, V, XM));
  public static final Op VPSRLVD =
      op("vpsrlvd", both(AVX2, AVX512F, P66, M38, W0, 0x45, FULL, V, V, VM));
  public static final Op VPSRAVD =
      op("vpsravd", both(AVX2, AVX512F, P66, M38, W0, 0x46, FULL, V, V, VM));
  public static final Op VPSLLVD =
      op("vpsllvd", both(AVX2, AVX512F, P66, M38, W0, 0x47, FULL, V, V, VM));

  // Comparing
  public static final Op VPCMPEQD =
      op(
          "vpcmpeqd",
          vex(AVX2, P66, M0F, W0, 0x76, FULL_MEM, V, V, VM),
          evex(AVX512F, P66, M0F, W0, 0x76, FULL, K, V, VM));
  public static final Op VPCMPGTD =
      op(
          "vpcmpgtd",
          vex(AVX2, P66, M0F, W0, 0x66, FULL_MEM, V, V, VM),
          evex(AVX512F, P66, M0F, W0, 0x66, FULL, K, V, VM));
  public static final Op VPCMPD =
      op("vpcmpd", evex(AVX512F, P66, M3A, W0, 0x1f, FULL, K, V, VM, U8));
  public static final Op VPCMPUD =
      op("vpcmpud", evex(AVX512F, P66, M3A, W0, 0x1e, FULL, K, V, VM, U8));
}
