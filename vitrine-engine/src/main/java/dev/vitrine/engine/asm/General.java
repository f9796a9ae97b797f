package dev.vitrine.engine.asm;

import static dev.vitrine.engine.asm.Form.M0F;
import static dev.vitrine.engine.asm.Form.NP;
import static dev.vitrine.engine.asm.Form.ONE_BYTE;
import static dev.vitrine.engine.asm.Form.W0;
import static dev.vitrine.engine.asm.Form.W1;
import static dev.vitrine.engine.asm.Form.WIG1;
import static dev.vitrine.engine.asm.Form.legacy;
import static dev.vitrine.engine.asm.Kind.FAR;
import static dev.vitrine.engine.asm.Kind.I64;
import static dev.vitrine.engine.asm.Kind.M;
import static dev.vitrine.engine.asm.Kind.NEAR;
import static dev.vitrine.engine.asm.Kind.R;
import static dev.vitrine.engine.asm.Kind.R32;
import static dev.vitrine.engine.asm.Kind.R64;
import static dev.vitrine.engine.asm.Kind.RM;
import static dev.vitrine.engine.asm.Kind.RM32;
import static dev.vitrine.engine.asm.Kind.S32;
import static dev.vitrine.engine.asm.Kind.S8;
import static dev.vitrine.engine.asm.Kind.U8;
import static dev.vitrine.engine.asm.Op.op;
import static dev.vitrine.engine.asm.Tuple.BYTES_1;
import static dev.vitrine.engine.asm.Tuple.BYTES_4;
import static dev.vitrine.engine.asm.Tuple.NONE;

/** Instructions on general registers, and control. Memory beside an immediate has 4 bytes. */
public final class General {
  private General() {}

  // Moves
  public static final Op MOV =
      op(
          "mov",
          legacy(NP, ONE_BYTE, W0, 0x89, RM, R),
          legacy(NP, ONE_BYTE, W0, 0x8b, R, RM),
          legacy(NP, ONE_BYTE, W0, 0xb8, R32, S32).inOpcode(),
          legacy(NP, ONE_BYTE, W0, 0xc7, RM, S32).digit(0),
          legacy(NP, ONE_BYTE, W0, 0xb8, R64, I64).inOpcode());
  public static final Op MOVSXD =
      op("movsxd", legacy(NP, ONE_BYTE, W1, 0x63, R64, RM32).tuple(BYTES_4));
  public static final Op LEA = op("lea", legacy(NP, ONE_BYTE, W0, 0x8d, R, M).tuple(NONE));
  public static final Op PUSH = op("push", legacy(NP, ONE_BYTE, WIG1, 0x50, R64).inOpcode());
  public static final Op POP = op("pop", legacy(NP, ONE_BYTE, WIG1, 0x58, R64).inOpcode());

  // Arithmetic
  public static final Op ADD = arithmetic("add", 0);
  public static final Op OR = arithmetic("or", 1);
  public static final Op AND = arithmetic("and", 4);
  public static final Op SUB = arithmetic("sub", 5);
  public static final Op XOR = arithmetic("xor", 6);
  public static final Op CMP = arithmetic("cmp", 7);
  public static final Op IMUL =
      op(
          "imul",
          legacy(NP, M0F, W0, 0xaf, R, RM),
          legacy(NP, ONE_BYTE, W0, 0x6b, R, RM, S8),
          legacy(NP, ONE_BYTE, W0, 0x69, R, RM, S32));
  public static final Op INC = op("inc", legacy(NP, ONE_BYTE, W0, 0xff, RM).digit(0));
  public static final Op DEC = op("dec", legacy(NP, ONE_BYTE, W0, 0xff, RM).digit(1));
  public static final Op NOT = op("not", legacy(NP, ONE_BYTE, W0, 0xf7, RM).digit(2));
  public static final Op NEG = op("neg", legacy(NP, ONE_BYTE, W0, 0xf7, RM).digit(3));
  public static final Op SHL = op("shl", legacy(NP, ONE_BYTE, W0, 0xc1, RM, U8).digit(4));
  public static final Op SHR = op("shr", legacy(NP, ONE_BYTE, W0, 0xc1, RM, U8).digit(5));
  public static final Op SAR = op("sar", legacy(NP, ONE_BYTE, W0, 0xc1, RM, U8).digit(7));
  public static final Op TEST =
      op(
          "test",
          legacy(NP, ONE_BYTE, W0, 0x85, RM, R),
          legacy(NP, ONE_BYTE, W0, 0xf7, RM, S32).digit(0));

  // Conditional moves: b and a compare unsigned, l and g signed
  public static final Op CMOVE = op("cmove", legacy(NP, M0F, W0, 0x44, R, RM));
  public static final Op CMOVNE = op("cmovne", legacy(NP, M0F, W0, 0x45, R, RM));
  public static final Op CMOVL = op("cmovl", legacy(NP, M0F, W0, 0x4c, R, RM));
  public static final Op CMOVGE = op("cmovge", legacy(NP, M0F, W0, 0x4d, R, RM));
  public static final Op CMOVLE = op("cmovle", legacy(NP, M0F, W0, 0x4e, R, RM));
  public static final Op CMOVG = op("cmovg", legacy(NP, M0F, W0, 0x4f, R, RM));

  // Jumps
  public static final Op JMP =
      op("jmp", legacy(NP, ONE_BYTE, W0, 0xeb, NEAR), legacy(NP, ONE_BYTE, W0, 0xe9, FAR));
  public static final Op JB = jump("jb", 2);
  public static final Op JAE = jump("jae", 3);
  public static final Op JE = jump("je", 4);
  public static final Op JNE = jump("jne", 5);
  public static final Op JBE = jump("jbe", 6);
  public static final Op JA = jump("ja", 7);
  public static final Op JL = jump("jl", 12);
  public static final Op JGE = jump("jge", 13);
  public static final Op JLE = jump("jle", 14);
  public static final Op JG = jump("jg", 15);
  public static final Op CALL =
      op(
          "call",
          legacy(NP, ONE_BYTE, W0, 0xe8, FAR),
          legacy(NP, ONE_BYTE, WIG1, 0xff, R64).digit(2));
  public static final Op RET = op("ret", legacy(NP, ONE_BYTE, W0, 0xc3));

  // The rest
  public static final Op PREFETCHNTA =
      op("prefetchnta", legacy(NP, M0F, W0, 0x18, M).digit(0).tuple(BYTES_1));
  public static final Op PREFETCHT0 =
      op("prefetcht0", legacy(NP, M0F, W0, 0x18, M).digit(1).tuple(BYTES_1));
  public static final Op PREFETCHT1 =
      op("prefetcht1", legacy(NP, M0F, W0, 0x18, M).digit(2).tuple(BYTES_1));
  public static final Op PREFETCHT2 =
      op("prefetcht2", legacy(NP, M0F, W0, 0x18, M).digit(3).tuple(BYTES_1));
  public static final Op PREFETCHW =
      op("prefetchw", legacy(NP, M0F, W0, 0xd, M).digit(1).tuple(BYTES_1));
  public static final Op NOP = op("nop", legacy(NP, ONE_BYTE, W0, 0x90));
  public static final Op CPUID = op("cpuid", legacy(NP, M0F, W0, 0xa2));
  public static final Op XGETBV = op("xgetbv", legacy(NP, M0F, W0, 0x01d0));
  public static final Op RDTSC = op("rdtsc", legacy(NP, M0F, W0, 0x31));

  private static Op arithmetic(String name, int n) {
    return op(
        name,
        legacy(NP, ONE_BYTE, W0, 8 * n + 1, RM, R),
        legacy(NP, ONE_BYTE, W0, 8 * n + 3, R, RM),
        legacy(NP, ONE_BYTE, W0, 0x83, RM, S8).digit(n),
        legacy(NP, ONE_BYTE, W0, 0x81, RM, S32).digit(n));
  }

  private static Op jump(String name, int condition) {
    return op(
        name,
        legacy(NP, ONE_BYTE, W0, 0x70 | condition, NEAR),
        legacy(NP, M0F, W0, 0x80 | condition, FAR));
  }
}
