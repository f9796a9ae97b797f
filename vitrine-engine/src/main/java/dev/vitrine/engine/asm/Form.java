package dev.vitrine.engine.asm;

import java.util.List;
import java.util.Set;

/**
 * One way to encode an instruction: a row of the tables.
 *
 * <p>Where each operand goes follows from the kinds. The operand that may be memory, or else the
 * last register, is ModRM.rm. The others are ModRM.reg, then vvvv, then the immediate's upper half;
 * with an opcode extension only vvvv is left, and a store takes vvvv before ModRM.reg. Of three
 * matrices the second is ModRM.rm.
 */
final class Form {
  enum Prefix {
    LEGACY,
    VEX,
    /** VEX with the length bit set although no operand is a ymm register. */
    VEX_L1,
    EVEX,
    /** VEX, or EVEX where the operands need it. */
    BOTH
  }

  enum Role {
    REG,
    VVVV,
    RM,
    IS4,
    OPCODE,
    IMMEDIATE
  }

  /** The prefix's opcode map. */
  static final int ONE_BYTE = 0;

  static final int M0F = 1;
  static final int M38 = 2;
  static final int M3A = 3;

  /** The prefix's pp field: the legacy prefix that it stands for. */
  static final int NP = 0;

  static final int P66 = 1;
  static final int PF3 = 2;
  static final int PF2 = 3;

  static final int W0 = 0;
  static final int W1 = 1;

  /**
   * W is 1 with EVEX and else 0, whatever the registers: VEX ignores it, stack instructions imply
   * it.
   */
  static final int WIG1 = 2;

  private static final int NO_DIGIT = -1;
  private static final int IN_OPCODE = -2;

  final Prefix prefix;
  final Isa isa;
  final Isa evexIsa;
  final int pp;
  final int map;
  final int w;
  final int opcode;
  final Tuple tuple;
  final List<Kind> kinds;
  final boolean maskable;
  private final int digit;
  private final Role[] roles;

  private Form(
      Prefix prefix,
      Isa isa,
      Isa evexIsa,
      int pp,
      int map,
      int w,
      int opcode,
      int digit,
      Tuple tuple,
      boolean maskable,
      List<Kind> kinds) {
    this.prefix = prefix;
    this.isa = isa;
    this.evexIsa = evexIsa;
    this.pp = pp;
    this.map = map;
    this.w = w;
    this.opcode = opcode;
    this.digit = digit;
    this.tuple = tuple;
    this.maskable = maskable;
    this.kinds = kinds;
    this.roles = roles();
  }

  /** General instructions; the width of the registers decides REX.W unless w sets it. */
  static Form legacy(int pp, int map, int w, int opcode, Kind... kinds) {
    return new Form(
        Prefix.LEGACY,
        Isa.BASE,
        null,
        pp,
        map,
        w,
        opcode,
        NO_DIGIT,
        Tuple.GENERAL,
        false,
        List.of(kinds));
  }

  static Form vex(Isa isa, int pp, int map, int w, int opcode, Tuple tuple, Kind... kinds) {
    return new Form(
        Prefix.VEX, isa, null, pp, map, w, opcode, NO_DIGIT, tuple, false, List.of(kinds));
  }

  static Form vexL1(Isa isa, int pp, int map, int w, int opcode, Tuple tuple, Kind... kinds) {
    return new Form(
        Prefix.VEX_L1, isa, null, pp, map, w, opcode, NO_DIGIT, tuple, false, List.of(kinds));
  }

  static Form evex(Isa isa, int pp, int map, int w, int opcode, Tuple tuple, Kind... kinds) {
    return new Form(
        Prefix.EVEX, null, isa, pp, map, w, opcode, NO_DIGIT, tuple, true, List.of(kinds));
  }

  static Form both(
      Isa vex, Isa evex, int pp, int map, int w, int opcode, Tuple tuple, Kind... kinds) {
    return new Form(
        Prefix.BOTH, vex, evex, pp, map, w, opcode, NO_DIGIT, tuple, true, List.of(kinds));
  }

  /** The same with an opcode extension in ModRM.reg. */
  Form digit(int extension) {
    return new Form(prefix, isa, evexIsa, pp, map, w, opcode, extension, tuple, maskable, kinds);
  }

  /** The same with the register in the opcode's low bits. */
  Form inOpcode() {
    return new Form(prefix, isa, evexIsa, pp, map, w, opcode, IN_OPCODE, tuple, maskable, kinds);
  }

  /** The same where the memory operand is no access of the register's width. */
  Form tuple(Tuple other) {
    return new Form(prefix, isa, evexIsa, pp, map, w, opcode, digit, other, maskable, kinds);
  }

  /** The same where EVEX's mask isn't allowed. */
  Form unmaskable() {
    return new Form(prefix, isa, evexIsa, pp, map, w, opcode, digit, tuple, false, kinds);
  }

  private Role[] roles() {
    if (kinds.equals(List.of(Kind.T, Kind.T, Kind.T))) {
      return new Role[] {Role.REG, Role.RM, Role.VVVV};
    }
    int rm = -1;
    int last = -1;
    int registers = 0;
    for (int i = 0; i < kinds.size(); i++) {
      if (kinds.get(i).takesMemory()) {
        rm = i;
      } else if (!kinds.get(i).isImmediate()) {
        last = i;
        registers++;
      }
    }
    if (rm < 0) {
      rm = last;
      registers--;
    }
    List<Role> rest;
    if (digit >= 0) {
      rest = List.of(Role.VVVV);
    } else if (rm == 0 && registers == 2) {
      rest = List.of(Role.VVVV, Role.REG);
    } else {
      rest = List.of(Role.REG, Role.VVVV, Role.IS4);
    }
    Role[] out = new Role[kinds.size()];
    int next = 0;
    for (int i = 0; i < out.length; i++) {
      if (kinds.get(i).isImmediate()) {
        out[i] = Role.IMMEDIATE;
      } else if (i == rm) {
        out[i] = digit == IN_OPCODE ? Role.OPCODE : Role.RM;
      } else {
        out[i] = rest.get(next++);
      }
    }
    return out;
  }

  Role role(int operand) {
    return roles[operand];
  }

  /** The opcode extension; 0 where there is none. */
  int extension() {
    return Math.max(digit, 0);
  }

  /** The register that fills a role, or null. */
  Operand in(Role role, List<Operand> operands) {
    for (int i = 0; i < roles.length; i++) {
      if (roles[i] == role) {
        return operands.get(i).target();
      }
    }
    return null;
  }

  boolean allowsVex() {
    return prefix != Prefix.EVEX;
  }

  boolean allowsEvex() {
    return prefix == Prefix.EVEX || prefix == Prefix.BOTH;
  }

  /** The vector length in bytes that the operands ask for; 0 for instructions without vectors. */
  int length(List<Operand> operands) {
    int fixed = 0;
    for (int i = 0; i < kinds.size(); i++) {
      Operand o = operands.get(i).target();
      if (kinds.get(i).setsLength() && o instanceof Vec v) {
        return v.bytes();
      }
      fixed = Math.max(fixed, kinds.get(i).vectorBytes(0));
    }
    return fixed;
  }

  /** The bytes of a memory operand when it isn't broadcast. */
  int memoryBytes(int length, List<Operand> operands) {
    return tuple.bytes(length, elementBytes(operands));
  }

  int elementBytes(List<Operand> operands) {
    if (tuple == Tuple.GENERAL) {
      return wide(operands) ? 8 : 4;
    }
    return w == W0 ? 4 : 8;
  }

  /** Whether W is set outside EVEX. */
  boolean wide(List<Operand> operands) {
    if (w != W0 || prefix != Prefix.LEGACY) {
      return w == W1;
    }
    for (Operand o : operands) {
      if (o instanceof Gpr g && g.bytes() == 8) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the operands fit this row with an instruction set that is allowed, in EVEX or without.
   */
  boolean fits(List<Operand> operands, boolean evex, Set<Isa> allowed) {
    if (operands.size() != kinds.size()
        || !(evex ? allowsEvex() : allowsVex())
        || !allowed.contains(evex ? evexIsa : isa)) {
      return false;
    }
    int length = length(operands);
    int general = 0;
    boolean onlyEvex = length == 64;
    for (int i = 0; i < kinds.size(); i++) {
      Operand o = operands.get(i);
      Kind kind = kinds.get(i);
      if (!o.fits(kind, length)) {
        return false;
      }
      if (o instanceof Gpr g && (kind == Kind.R || kind == Kind.RM)) {
        if (general != 0 && general != g.bytes()) {
          return false;
        }
        general = g.bytes();
      }
      if (o instanceof Masked && (i > 0 || !evex || !maskable)) {
        return false;
      }
      onlyEvex |= needsEvex(o);
      if (o instanceof Mem m && m.broadcast() && !(evex && tuple == Tuple.FULL)) {
        return false;
      }
    }
    if (evex && kinds.contains(Kind.VSIB)) {
      return operands.getFirst() instanceof Masked;
    }
    return evex || !onlyEvex;
  }

  private static boolean needsEvex(Operand o) {
    return o instanceof Vec v && v.id() > 15
        || o instanceof Mem m && m.index() instanceof Vec i && i.id() > 15;
  }
}
