package dev.vitrine.engine.emulate;

import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Imm;
import dev.vitrine.engine.asm.Instruction;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.emulate.Emulator.Executor;
import java.util.Map;

/** Instructions on general registers, and conditions. */
final class GeneralInstructions {
  private GeneralInstructions() {}

  static void addTo(Map<String, Executor> to) {
    to.put("mov", (s, i) -> write(s, i, read(s, i, 1)));
    to.put("movsxd", (s, i) -> write(s, i, (int) read(s, i.operands().get(1), 4)));
    to.put("lea", (s, i) -> write(s, i, s.address((Mem) i.operands().get(1))));
    to.put("add", (s, i) -> write(s, i, add(s, i)));
    to.put("sub", (s, i) -> write(s, i, subtract(s, i, read(s, i, 0), read(s, i, 1))));
    to.put("cmp", (s, i) -> subtract(s, i, read(s, i, 0), read(s, i, 1)));
    to.put("neg", (s, i) -> write(s, i, subtract(s, i, 0, read(s, i, 0))));
    to.put("and", (s, i) -> write(s, i, logic(s, i, read(s, i, 0) & read(s, i, 1))));
    to.put("or", (s, i) -> write(s, i, logic(s, i, read(s, i, 0) | read(s, i, 1))));
    to.put("xor", (s, i) -> write(s, i, logic(s, i, read(s, i, 0) ^ read(s, i, 1))));
    to.put("test", (s, i) -> logic(s, i, read(s, i, 0) & read(s, i, 1)));
    to.put("imul", GeneralInstructions::multiply);
    to.put("inc", (s, i) -> keepingCarry(s, () -> write(s, i, subtract(s, i, read(s, i, 0), -1))));
    to.put("dec", (s, i) -> keepingCarry(s, () -> write(s, i, subtract(s, i, read(s, i, 0), 1))));
    to.put("shl", (s, i) -> write(s, i, logic(s, i, read(s, i, 0) << read(s, i, 1))));
    to.put(
        "shr",
        (s, i) -> write(s, i, logic(s, i, unsigned(read(s, i, 0), bytes(i)) >>> read(s, i, 1))));
    to.put(
        "sar",
        (s, i) -> write(s, i, logic(s, i, signed(read(s, i, 0), bytes(i)) >> read(s, i, 1))));
    to.put("push", GeneralInstructions::push);
    to.put("pop", GeneralInstructions::pop);
    to.put("nop", (_, _) -> {});
    for (String hint :
        new String[] {"prefetcht0", "prefetcht1", "prefetcht2", "prefetchnta", "prefetchw"}) {
      to.put(hint, (_, _) -> {});
    }
    for (String condition : new String[] {"e", "ne", "l", "ge", "le", "g"}) {
      to.put("cmov" + condition, (s, i) -> write(s, i, read(s, i, holds(s, condition) ? 1 : 0)));
    }
  }

  static boolean jumps(State s, String name) {
    return name.equals("jmp") || holds(s, name.substring(1));
  }

  private static boolean holds(State s, String condition) {
    return switch (condition) {
      case "b" -> s.carry;
      case "ae" -> !s.carry;
      case "e" -> s.zero;
      case "ne" -> !s.zero;
      case "be" -> s.carry || s.zero;
      case "a" -> !s.carry && !s.zero;
      case "l" -> s.sign != s.overflow;
      case "ge" -> s.sign == s.overflow;
      case "le" -> s.zero || s.sign != s.overflow;
      case "g" -> !s.zero && s.sign == s.overflow;
      default -> throw new AssertionError("the emulator doesn't know the condition " + condition);
    };
  }

  private static int bytes(Instruction i) {
    for (Operand o : i.operands()) {
      if (o instanceof Gpr g) {
        return g.bytes();
      }
    }
    return i.memoryBytes();
  }

  private static long read(State s, Instruction i, int operand) {
    return read(s, i.operands().get(operand), bytes(i));
  }

  static long read(State s, Operand o, int bytes) {
    return switch (o) {
      case Gpr g -> signed(s.general[g.id()], bytes);
      case Imm i -> i.value();
      case Mem m -> signed(s.memory.load(s.address(m), bytes), bytes);
      default -> throw new IllegalArgumentException(o.toString());
    };
  }

  private static void write(State s, Instruction i, long value) {
    switch (i.operands().getFirst()) {
      case Gpr g -> s.general[g.id()] = unsigned(value, g.bytes());
      case Mem m -> s.memory.store(s.address(m), bytes(i), value);
      default -> throw new IllegalArgumentException(i.toString());
    }
  }

  private static long signed(long value, int bytes) {
    return bytes == 4 ? (int) value : value;
  }

  private static long unsigned(long value, int bytes) {
    return bytes == 4 ? value & 0xffff_ffffL : value;
  }

  private static long add(State s, Instruction i) {
    long a = read(s, i, 0);
    long b = read(s, i, 1);
    long r = signed(a + b, bytes(i));
    logic(s, i, r);
    s.overflow = (a ^ r) < 0 && (b ^ r) < 0;
    s.carry = Long.compareUnsigned(unsigned(r, bytes(i)), unsigned(a, bytes(i))) < 0;
    return r;
  }

  private static long subtract(State s, Instruction i, long a, long b) {
    long r = signed(a - b, bytes(i));
    logic(s, i, r);
    s.overflow = (a ^ b) < 0 && (a ^ r) < 0;
    s.carry = Long.compareUnsigned(unsigned(a, bytes(i)), unsigned(b, bytes(i))) < 0;
    return r;
  }

  private static long logic(State s, Instruction i, long value) {
    long r = signed(value, bytes(i));
    s.zero = r == 0;
    s.sign = r < 0;
    s.overflow = false;
    s.carry = false;
    return r;
  }

  private static void keepingCarry(State s, Runnable work) {
    boolean carry = s.carry;
    work.run();
    s.carry = carry;
  }

  private static void multiply(State s, Instruction i) {
    int first = i.operands().size() - 2;
    write(s, i, read(s, i, first) * read(s, i, first + 1));
  }

  private static void push(State s, Instruction i) {
    int sp = Gpr.RSP.id();
    s.general[sp] -= 8;
    s.memory.store(s.general[sp], 8, s.general[((Gpr) i.operands().getFirst()).id()]);
  }

  private static void pop(State s, Instruction i) {
    int sp = Gpr.RSP.id();
    s.general[((Gpr) i.operands().getFirst()).id()] = s.memory.load(s.general[sp], 8);
    s.general[sp] += 8;
  }
}
