package dev.vitrine.engine.emulate;

import dev.vitrine.engine.asm.Imm;
import dev.vitrine.engine.asm.Instruction;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.emulate.Emulator.Executor;
import java.util.Map;

/** Instructions that move lanes about. Groups are 4 lanes. */
final class ShuffleInstructions {
  private ShuffleInstructions() {}

  /** From which lane of which operand, counted from 1 on, a lane comes: operand · 16 + lane. */
  private interface Source {
    int of(int lane, int immediate, int lanes);
  }

  static void addTo(Map<String, Executor> to) {
    for (String name : new String[] {"vunpcklps", "vpunpckldq"}) {
      put(to, name, (l, _, _) -> from(1 + l % 2, l - l % 4 + l % 4 / 2));
    }
    for (String name : new String[] {"vunpckhps", "vpunpckhdq"}) {
      put(to, name, (l, _, _) -> from(1 + l % 2, l - l % 4 + 2 + l % 4 / 2));
    }
    put(to, "vunpcklpd", (l, _, _) -> from(1 + l % 4 / 2, l - l % 4 + l % 2));
    put(to, "vunpckhpd", (l, _, _) -> from(1 + l % 4 / 2, l - l % 4 + 2 + l % 2));
    put(to, "vshufps", (l, imm, _) -> from(1 + l % 4 / 2, l - l % 4 + (imm >> 2 * (l % 4) & 3)));
    put(to, "vpermilps", (l, imm, _) -> from(1, l - l % 4 + (imm >> 2 * (l % 4) & 3)));
    put(to, "vpshufd", (l, imm, _) -> from(1, l - l % 4 + (imm >> 2 * (l % 4) & 3)));
    put(to, "vmovshdup", (l, _, _) -> from(1, l | 1));
    put(to, "vmovhlps", (l, _, _) -> l < 2 ? from(2, l + 2) : from(1, l));
    put(
        to,
        "vperm2f128",
        (l, imm, _) ->
            (imm >> 4 * (l / 4) & 8) != 0
                ? -1
                : from(1 + (imm >> 4 * (l / 4) + 1 & 1), (imm >> 4 * (l / 4) & 1) * 4 + l % 4));
    put(to, "vshuff32x4", (l, imm, n) -> from(1 + l / (n / 2), l % 4 + 4 * group(imm, l, n)));
    to.put(
        "vpermd",
        (s, i) -> {
          int lanes = i.length() / 4;
          s.write(
              i,
              lane -> s.lane(i.operands().get(2), s.lane(i.operands().get(1), lane) & (lanes - 1)));
        });
    for (String kind : new String[] {"f", "i"}) {
      to.put("vextract" + kind + "128", (s, i) -> extract(s, i, 4));
      to.put("vextract" + kind + "32x4", (s, i) -> extract(s, i, 4));
      to.put("vextract" + kind + "64x4", (s, i) -> extract(s, i, 8));
      to.put("vinsert" + kind + "128", (s, i) -> insert(s, i, 4));
      to.put("vinsert" + kind + "32x4", (s, i) -> insert(s, i, 4));
      to.put("vinsert" + kind + "64x4", (s, i) -> insert(s, i, 8));
    }
  }

  private static int from(int operand, int lane) {
    return operand * 16 + lane;
  }

  private static int group(int imm, int lane, int lanes) {
    return lanes == 16 ? imm >> 2 * (lane / 4) & 3 : imm >> lane / 4 & 1;
  }

  private static int immediate(Instruction i) {
    return i.operands().getLast() instanceof Imm imm ? (int) imm.value() : 0;
  }

  private static void put(Map<String, Executor> to, String name, Source source) {
    to.put(
        name,
        (s, i) -> {
          int lanes = i.length() / 4;
          s.write(
              i,
              lane -> {
                int place = source.of(lane, immediate(i), lanes);
                return place < 0 ? 0 : s.lane(i.operands().get(place / 16), place % 16);
              });
        });
  }

  private static void extract(State s, Instruction i, int lanes) {
    int first = immediate(i) * lanes % (i.length() / 4);
    Operand from = i.operands().get(1);
    s.write(i.operands().getFirst(), lanes, lane -> s.lane(from, first + lane));
  }

  private static void insert(State s, Instruction i, int lanes) {
    int first = immediate(i) * lanes % (i.length() / 4);
    Operand part = i.operands().get(2);
    s.write(
        i,
        lane ->
            lane >= first && lane < first + lanes
                ? s.lane(part, lane - first)
                : s.lane(i.operands().get(1), lane));
  }
}
