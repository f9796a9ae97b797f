package dev.vitrine.engine.emulate;

import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Instruction;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Masked;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.emulate.Emulator.Executor;
import java.util.Map;

/** Loads, stores and broadcasts; masks. */
final class MoveInstructions {
  private MoveInstructions() {}

  static void addTo(Map<String, Executor> to) {
    for (String whole : new String[] {"vmovups", "vmovaps", "vmovdqu", "vmovdqu32"}) {
      to.put(whole, (s, i) -> s.write(i, lane -> s.lane(i.operands().get(1), lane)));
    }
    to.put("vmovss", MoveInstructions::single);
    to.put("vmovd", MoveInstructions::general);
    to.put("vbroadcastss", (s, i) -> repeat(s, i, 1));
    to.put("vpbroadcastd", (s, i) -> repeat(s, i, 1));
    to.put("vbroadcastsd", (s, i) -> repeat(s, i, 2));
    to.put("vbroadcastf32x4", (s, i) -> repeat(s, i, 4));
    to.put("vbroadcastf128", (s, i) -> repeat(s, i, 4));
    to.put("vmaskmovps", MoveInstructions::masked);
    to.put("vzeroupper", (s, _) -> zeroUpper(s));
    for (String size : new String[] {"b", "w", "d", "q"}) {
      to.put("kmov" + size, MoveInstructions::mask);
    }
    to.put(
        "korw",
        (s, i) -> s.masks[bits(i, 0)] = 0xffff & (s.masks[bits(i, 1)] | s.masks[bits(i, 2)]));
    to.put(
        "kortestw",
        (s, i) -> {
          long either = 0xffff & (s.masks[bits(i, 0)] | s.masks[bits(i, 1)]);
          s.zero = either == 0;
          s.carry = either == 0xffff;
        });
  }

  private static void repeat(State s, Instruction i, int lanes) {
    Operand from = i.operands().get(1);
    if (from instanceof Gpr g) {
      s.write(i, _ -> (int) s.general[g.id()]);
    } else {
      int[] first = s.lanes(from, 4 * lanes);
      s.write(i, lane -> first[lane % lanes]);
    }
  }

  private static void single(State s, Instruction i) {
    Operand to = i.operands().getFirst();
    switch (i.operands().get(1)) {
      case Mem m -> s.write(to, 4, lane -> lane == 0 ? s.lane(m, 0) : 0);
      case Vec v when to instanceof Mem m -> s.memory.store(s.address(m), 4, s.vectors[v.id()][0]);
      case Operand o -> s.write(to, 4, lane -> s.lane(lane == 0 ? i.operands().get(2) : o, lane));
    }
  }

  private static void general(State s, Instruction i) {
    Operand from = i.operands().get(1);
    if (i.operands().getFirst() instanceof Vec to) {
      int value = (int) GeneralInstructions.read(s, from, 4);
      s.write(to, 4, lane -> lane == 0 ? value : 0);
    } else {
      int value = s.lane(from, 0);
      switch (i.operands().getFirst()) {
        case Gpr g -> s.general[g.id()] = value & 0xffff_ffffL;
        case Operand o -> s.memory.store(s.address((Mem) o), 4, value);
      }
    }
  }

  private static void masked(State s, Instruction i) {
    Operand last = i.operands().get(2);
    int[] mask = s.lanes(i.operands().get(1), i.length());
    if (i.operands().getFirst() instanceof Mem m) {
      for (int lane = 0; lane < mask.length; lane++) {
        if (mask[lane] < 0) {
          s.memory.store(s.address(m) + 4L * lane, 4, s.lane(last, lane));
        }
      }
    } else {
      s.write(i, lane -> mask[lane] < 0 ? s.lane(last, lane) : 0);
    }
  }

  private static void zeroUpper(State s) {
    for (int v = 0; v < 16; v++) {
      for (int lane = 4; lane < 16; lane++) {
        s.vectors[v][lane] = 0;
      }
    }
  }

  private static void mask(State s, Instruction i) {
    int bytes =
        switch (i.op().name().charAt(4)) {
          case 'b' -> 1;
          case 'w' -> 2;
          case 'd' -> 4;
          default -> 8;
        };
    long all = bytes == 8 ? -1 : (1L << 8 * bytes) - 1;
    long value =
        all
            & switch (i.operands().get(1)) {
              case Mask k -> s.masks[k.id()];
              case Gpr g -> s.general[g.id()];
              case Mem m -> s.memory.load(s.address(m), bytes);
              default -> throw new IllegalArgumentException(i.toString());
            };
    switch (i.operands().getFirst()) {
      case Mask k -> s.masks[k.id()] = value;
      case Gpr g -> s.general[g.id()] = value;
      case Mem m -> s.memory.store(s.address(m), bytes, value);
      default -> throw new IllegalArgumentException(i.toString());
    }
  }

  private static int bits(Instruction i, int operand) {
    return ((Mask) i.operands().get(operand)).id();
  }

  /** The register of a destination that may be masked. */
  static Vec register(Operand o) {
    return (Vec) (o instanceof Masked m ? m.target() : o);
  }
}
