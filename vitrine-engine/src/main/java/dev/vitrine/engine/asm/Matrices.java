package dev.vitrine.engine.asm;

import static dev.vitrine.engine.asm.Form.M38;
import static dev.vitrine.engine.asm.Form.NP;
import static dev.vitrine.engine.asm.Form.P66;
import static dev.vitrine.engine.asm.Form.PF2;
import static dev.vitrine.engine.asm.Form.PF3;
import static dev.vitrine.engine.asm.Form.W0;
import static dev.vitrine.engine.asm.Form.vex;
import static dev.vitrine.engine.asm.Isa.AMX_BF16;
import static dev.vitrine.engine.asm.Isa.AMX_INT8;
import static dev.vitrine.engine.asm.Kind.M;
import static dev.vitrine.engine.asm.Kind.T;
import static dev.vitrine.engine.asm.Kind.TM;
import static dev.vitrine.engine.asm.Op.op;
import static dev.vitrine.engine.asm.Tuple.NONE;

/** Matrix registers. Memory of a matrix is at base + disp, its rows as far apart as the index. */
public final class Matrices {
  private Matrices() {}

  /** Sets the sizes of all matrix registers from 64 bytes, and zeroes the registers. */
  public static final Op LDTILECFG =
      op("ldtilecfg", vex(AMX_INT8, NP, M38, W0, 0x49, NONE, M).digit(0));

  public static final Op TILERELEASE = op("tilerelease", vex(AMX_INT8, NP, M38, W0, 0x49c0, NONE));
  public static final Op TILELOADD =
      op("tileloadd", vex(AMX_INT8, PF2, M38, W0, 0x4b, NONE, T, TM));
  public static final Op TILESTORED =
      op("tilestored", vex(AMX_INT8, PF3, M38, W0, 0x4b, NONE, TM, T));

  // Adds products of bytes: the second matrix's by the third's
  public static final Op TDPBSSD = op("tdpbssd", vex(AMX_INT8, PF2, M38, W0, 0x5e, NONE, T, T, T));
  public static final Op TDPBSUD = op("tdpbsud", vex(AMX_INT8, PF3, M38, W0, 0x5e, NONE, T, T, T));
  public static final Op TDPBUSD = op("tdpbusd", vex(AMX_INT8, P66, M38, W0, 0x5e, NONE, T, T, T));
  public static final Op TDPBUUD = op("tdpbuud", vex(AMX_INT8, NP, M38, W0, 0x5e, NONE, T, T, T));

  /** Adds products of pairs of bfloat16. */
  public static final Op TDPBF16PS =
      op("tdpbf16ps", vex(AMX_BF16, PF3, M38, W0, 0x5c, NONE, T, T, T));
}
