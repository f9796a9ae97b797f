package dev.vitrine.engine.asm;

import static dev.vitrine.engine.asm.Gpr.R10;
import static dev.vitrine.engine.asm.Gpr.R12;
import static dev.vitrine.engine.asm.Gpr.R13;
import static dev.vitrine.engine.asm.Gpr.R9;
import static dev.vitrine.engine.asm.Gpr.RAX;
import static dev.vitrine.engine.asm.Gpr.RBP;
import static dev.vitrine.engine.asm.Gpr.RBX;
import static dev.vitrine.engine.asm.Gpr.RCX;
import static dev.vitrine.engine.asm.Gpr.RDX;
import static dev.vitrine.engine.asm.Gpr.RSI;
import static dev.vitrine.engine.asm.Gpr.RSP;
import static dev.vitrine.engine.asm.Mem.at;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Instructions for every row of the tables and every kind of operand that it takes. The same list
 * goes to the test and, by {@link #main}, to the script that asks GNU as for the bytes.
 */
final class Cases {
  static final List<Class<?>> TABLES =
      List.of(
          General.class,
          Moves.class,
          Floats.class,
          Integers.class,
          Shuffles.class,
          Converts.class,
          Masks.class,
          Matrices.class);

  private static final Set<Isa> ALL = Set.of(Isa.values());

  private final List<Instruction> out = new ArrayList<>();
  private int turn;

  private Cases() {}

  /** Prints the cases of the table named by the argument. */
  public static void main(String[] args) {
    for (Class<?> table : TABLES) {
      if (table.getSimpleName().equals(args[0])) {
        of(table).forEach(System.out::println);
      }
    }
  }

  static List<Op> ops(Class<?> table) {
    List<Op> ops = new ArrayList<>();
    for (Field f : table.getDeclaredFields()) {
      try {
        ops.add((Op) f.get(null));
      } catch (IllegalAccessException e) {
        throw new AssertionError(f.getName(), e);
      }
    }
    return ops;
  }

  static List<Instruction> of(Class<?> table) {
    Cases cases = new Cases();
    for (Op op : ops(table)) {
      for (Form form : op.forms()) {
        cases.add(op, form);
      }
    }
    if (table == General.class) {
      cases.addresses();
    }
    return cases.out;
  }

  private void add(Op op, Form form) {
    boolean vectors =
        form.kinds.stream().anyMatch(Kind::setsLength) || form.kinds.contains(Kind.VSIB);
    for (int length : vectors ? new int[] {16, 32, 64} : new int[] {0}) {
      if (form.kinds.contains(Kind.U) && length == 16) {
        continue;
      }
      if (form.allowsVex() && length < 64) {
        registers(op, form, length, false);
        if (rmIndex(form) >= 0) {
          memory(op, form, length, false, false);
        }
      }
      if (form.allowsEvex()) {
        registers(op, form, length, true);
        if (rmIndex(form) >= 0) {
          memory(op, form, length, true, false);
          if (form.tuple == Tuple.FULL) {
            memory(op, form, length, true, true);
          }
        }
      }
    }
  }

  private static int rmIndex(Form form) {
    for (int i = 0; i < form.kinds.size(); i++) {
      if (form.kinds.get(i).takesMemory()) {
        return i;
      }
    }
    return -1;
  }

  private void registers(Op op, Form form, int length, boolean evex) {
    if (form.kinds.contains(Kind.M)
        || form.kinds.contains(Kind.TM)
        || form.kinds.contains(Kind.VSIB)
        || form.kinds.contains(Kind.NEAR)
        || form.kinds.contains(Kind.FAR)) {
      return;
    }
    boolean general = form.kinds.contains(Kind.R) || form.kinds.contains(Kind.RM);
    for (int bytes : general ? new int[] {4, 8} : new int[] {8}) {
      List<Operand> operands = operands(form, length, evex, bytes);
      if (evex && form.maskable) {
        mask(form, operands);
      }
      tryAdd(op, form, operands);
    }
  }

  private void memory(Op op, Form form, int length, boolean evex, boolean broadcast) {
    List<Operand> operands = operands(form, length, evex, 8);
    int unit =
        broadcast
            ? 4
            : Math.max(1, form.tuple.bytes(length == 0 ? 16 : length, form.w == Form.W0 ? 4 : 8));
    Mem m = address(turn++, evex ? unit : 1);
    if (form.kinds.get(rmIndex(form)) == Kind.VSIB) {
      m = at(turn % 2 == 0 ? RBP : R13, new Vec(evex ? 21 : 12, length), 4, unit * 127);
    }
    if (form.kinds.get(rmIndex(form)) == Kind.TM) {
      m = turn % 2 == 0 ? at(RBP, R10, 1, 0) : at(R12, RSI, 1, 4096 + turn);
    }
    operands.set(rmIndex(form), broadcast ? m.toAll() : m);
    if (evex && form.maskable && (turn % 3 == 0 || form.kinds.contains(Kind.VSIB))) {
      Mask k = Mask.k(1 + turn % 7);
      switch (operands.getFirst()) {
        case Vec v -> operands.set(0, form.kinds.contains(Kind.VSIB) ? v.masked(k) : v.zeroed(k));
        case Mem mem -> operands.set(0, mem.masked(k));
        case Mask to -> operands.set(0, to.masked(k));
        default -> {}
      }
    }
    tryAdd(op, form, operands);
  }

  private void tryAdd(Op op, Form form, List<Operand> operands) {
    Instruction i = op.with(operands, ALL);
    if (i.form() == form) {
      out.add(i);
    }
  }

  private static void mask(Form form, List<Operand> operands) {
    switch (operands.getFirst()) {
      case Vec v -> operands.set(0, v.id() % 2 == 0 ? v.masked(Mask.k(3)) : v.zeroed(Mask.k(7)));
      case Mask k -> operands.set(0, k.masked(Mask.k(5)));
      default -> {}
    }
  }

  private List<Operand> operands(Form form, int length, boolean evex, int generalBytes) {
    List<Operand> operands = new ArrayList<>();
    for (Kind kind : form.kinds) {
      turn++;
      int vector = (evex ? 16 : turn % 2 * 8) + turn % (evex ? 16 : 8);
      operands.add(
          switch (kind) {
            case R, RM -> new Gpr(1 + turn % 15, generalBytes);
            case R32, RM32 -> new Gpr(1 + turn % 15, 4);
            case R64, RM64 -> new Gpr(1 + turn % 15, 8);
            case K, KM -> Mask.k(turn % 8);
            case T -> Matrix.tmm(turn % 8);
            case M, TM, VSIB -> at(RCX);
            case S8 -> new Imm(-7 - turn % 100);
            case U8 -> new Imm(3 + turn % 20);
            case S32 -> new Imm(-100_000 - turn);
            case I64 -> new Imm(0x123456789abcdefL + turn);
            case NEAR, FAR -> new Label("there");
            default -> new Vec(vector, kind.vectorBytes(length));
          });
    }
    return operands;
  }

  /** Every way to write an address that the encoding treats differently. */
  private static Mem address(int which, int unit) {
    List<Mem> all = addresses(unit);
    return all.get(which % all.size());
  }

  private static List<Mem> addresses(int unit) {
    return List.of(
        at(RAX),
        at(RSP),
        at(RBP),
        at(R12),
        at(R13),
        at(RBX, 127 * unit),
        at(RCX, 128 * unit),
        at(RDX, -128 * unit),
        at(RSI, -129 * unit),
        at(R9, unit),
        at(RSP, 8 * unit),
        at(R12, 1 + unit),
        at(RBP, R10, 1, 0),
        at(RAX, RCX, 4, 0),
        at(R13, R12, 8, 3 * unit),
        at(RSP, RBP, 2, 100_000),
        at(R9, R13, 1, -unit));
  }

  /** All addresses with instructions of each prefix and several sizes of memory. */
  private void addresses() {
    Vec v = Vec.zmm(20);
    for (Mem m : addresses(1)) {
      add(General.MOV, RDX, m);
      add(Moves.VMOVUPS, Vec.ymm(9), m);
    }
    for (Mem m : addresses(64)) {
      add(Floats.VADDPS, v, v, m);
    }
    for (Mem m : addresses(4)) {
      add(Floats.VADDPS, v, v, m.toAll());
    }
    for (Mem m : addresses(16)) {
      add(Converts.VPMOVZXBD, v, m);
    }
  }

  private void add(Op op, Operand... operands) {
    out.add(op.with(List.of(operands), ALL));
  }
}
