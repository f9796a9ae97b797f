package dev.vitrine.engine.emulate;

import dev.vitrine.engine.asm.Imm;
import dev.vitrine.engine.asm.Instruction;
import dev.vitrine.engine.asm.Masked;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.emulate.Emulator.Executor;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/** Arithmetic on the bytes and 16-bit words of lanes, sums of their products, and packing. */
final class ByteInstructions {
  private ByteInstructions() {}

  static void addTo(Map<String, Executor> to) {
    for (String form : new String[] {"vpdpbusd", "{vex} vpdpbusd"}) {
      to.put(form, (s, i) -> s.write(i, lane -> accumulated(s, i, lane)));
    }
    pairs(to, "vpmaddubsw", ByteInstructions::pairsOfBytes);
    pairs(to, "vpmaddwd", (a, b) -> word(a, 0) * word(b, 0) + word(a, 1) * word(b, 1));
    pairs(to, "vpaddw", (a, b) -> words(word(a, 0) + word(b, 0), word(a, 1) + word(b, 1)));
    pairs(to, "vpmullw", (a, b) -> words(word(a, 0) * word(b, 0), word(a, 1) * word(b, 1)));
    shift(to, "vpsrlw", (a, n) -> a >>> n);
    shift(to, "vpsllw", (a, n) -> a << n);
    to.put("vpbroadcastb", ByteInstructions::repeat);
    to.put("vpmovzxbd", (s, i) -> s.write(i, lane -> unsigned(s, i.operands().get(1), lane)));
    to.put("vpmovzxbw", (s, i) -> s.write(i, lane -> wordsOfBytes(s, i, lane)));
    to.put("vpmovsxwd", (s, i) -> s.write(i, lane -> signedWord(s, i.operands().get(1), lane)));
    to.put("vpshufb", (s, i) -> s.write(i, lane -> picked(s, i, lane)));
    to.put("vpackusdw", (s, i) -> packWords(s, i, 0, 0xffff));
    to.put("vpackssdw", (s, i) -> packWords(s, i, Short.MIN_VALUE, Short.MAX_VALUE));
    to.put("vpackuswb", ByteInstructions::packBytes);
    narrow(to, "vpmovdb", x -> x);
    narrow(to, "vpmovsdb", x -> Math.clamp(x, Byte.MIN_VALUE, Byte.MAX_VALUE));
    narrow(to, "vpmovusdb", x -> x < 0 || x > 255 ? 255 : x);
    to.put("vmovq", ByteInstructions::moveEight);
    to.put(
        "vpextrb",
        (s, i) -> {
          int at = (int) ((Imm) i.operands().get(2)).value() & 15;
          int lane = s.lane(i.operands().get(1), at / 4);
          s.memory.store(s.address((Mem) i.operands().getFirst()), 1, unsigned(lane, at % 4));
        });
  }

  private static void pairs(Map<String, Executor> to, String name, IntBinaryOperator f) {
    to.put(
        name,
        (s, i) ->
            s.write(
                i,
                lane ->
                    f.applyAsInt(
                        s.lane(i.operands().get(1), lane), s.lane(i.operands().get(2), lane))));
  }

  private static int unsigned(int lane, int at) {
    return lane >>> 8 * at & 255;
  }

  /** Byte {@code at} of a source. */
  private static int unsigned(State s, Operand from, int at) {
    return from instanceof Mem m
        ? (int) s.memory.load(s.address(m) + at, 1)
        : unsigned(s.lane(from, at / 4), at % 4);
  }

  private static int wordsOfBytes(State s, Instruction i, int lane) {
    Operand from = i.operands().get(1);
    return words(unsigned(s, from, 2 * lane), unsigned(s, from, 2 * lane + 1));
  }

  private static int signedWord(State s, Operand from, int at) {
    return (short) (unsigned(s, from, 2 * at) | unsigned(s, from, 2 * at + 1) << 8);
  }

  /** Bytes of a lane that the second source names by their place within its 16. */
  private static int picked(State s, Instruction i, int lane) {
    int places = s.lane(i.operands().get(2), lane);
    int bytes = 0;
    for (int at = 0; at < 4; at++) {
      int place = unsigned(places, at);
      if (place < 128) {
        bytes |= unsigned(s, i.operands().get(1), lane / 4 * 16 + place % 16) << 8 * at;
      }
    }
    return bytes;
  }

  /** Both words of each lane, without their signs, by an immediate. */
  private static void shift(Map<String, Executor> to, String name, IntBinaryOperator f) {
    to.put(
        name,
        (s, i) -> {
          int by = (int) ((Imm) i.operands().get(2)).value();
          s.write(
              i,
              lane -> {
                int a = s.lane(i.operands().get(1), lane);
                return words(f.applyAsInt(a & 0xffff, by), f.applyAsInt(a >>> 16, by));
              });
        });
  }

  private static int signed(int lane, int at) {
    return (byte) (lane >>> 8 * at);
  }

  private static int word(int lane, int at) {
    return (short) (lane >>> 16 * at);
  }

  private static int words(int low, int high) {
    return low & 0xffff | high << 16;
  }

  private static int accumulated(State s, Instruction i, int lane) {
    int a = s.lane(i.operands().get(1), lane);
    int b = s.lane(i.operands().get(2), lane);
    int sum = s.vectors[MoveInstructions.register(i.operands().getFirst()).id()][lane];
    for (int at = 0; at < 4; at++) {
      sum += unsigned(a, at) * signed(b, at);
    }
    return sum;
  }

  /** Sums of two products, each kept within 16 bits. */
  private static int pairsOfBytes(int a, int b) {
    int low = unsigned(a, 0) * signed(b, 0) + unsigned(a, 1) * signed(b, 1);
    int high = unsigned(a, 2) * signed(b, 2) + unsigned(a, 3) * signed(b, 3);
    return words(
        Math.clamp(low, Short.MIN_VALUE, Short.MAX_VALUE),
        Math.clamp(high, Short.MIN_VALUE, Short.MAX_VALUE));
  }

  private static void repeat(State s, Instruction i) {
    int value =
        switch (i.operands().get(1)) {
          case Mem m -> (int) s.memory.load(s.address(m), 1);
          case Vec v -> s.vectors[v.id()][0] & 255;
          default -> throw new IllegalArgumentException(i.toString());
        };
    s.write(i, _ -> value * 0x01010101);
  }

  /** Of each 16 bytes: the words are the first operand's lanes, then the second's. */
  private static void packWords(State s, Instruction i, int least, int most) {
    s.write(
        i,
        lane -> {
          Operand from = i.operands().get(lane % 4 < 2 ? 1 : 2);
          int first = lane - lane % 4 + lane % 2 * 2;
          return words(
              Math.clamp(s.lane(from, first), least, most),
              Math.clamp(s.lane(from, first + 1), least, most));
        });
  }

  private static void packBytes(State s, Instruction i) {
    s.write(
        i,
        lane -> {
          Operand from = i.operands().get(lane % 4 < 2 ? 1 : 2);
          int first = lane - lane % 4 + lane % 2 * 2;
          int bytes = 0;
          for (int at = 0; at < 4; at++) {
            int x = word(s.lane(from, first + at / 2), at % 2);
            bytes |= Math.clamp(x, 0, 255) << 8 * at;
          }
          return bytes;
        });
  }

  /** Lanes to bytes, side by side. */
  private static void narrow(Map<String, Executor> to, String name, IntUnaryOperator f) {
    to.put(
        name,
        (s, i) -> {
          int[] x = s.lanes(i.operands().get(1), ((Vec) i.operands().get(1)).bytes());
          Operand target = i.operands().getFirst();
          if ((target instanceof Masked m ? m.target() : target) instanceof Mem mem) {
            for (int lane = 0; lane < x.length; lane++) {
              if (s.selects(target, lane)) {
                s.memory.store(s.address(mem) + lane, 1, f.applyAsInt(x[lane]));
              }
            }
          } else {
            s.write(
                target,
                Math.max(4, x.length / 4),
                lane -> {
                  int bytes = 0;
                  for (int at = 0; at < 4 && lane * 4 + at < x.length; at++) {
                    bytes |= (f.applyAsInt(x[lane * 4 + at]) & 255) << 8 * at;
                  }
                  return bytes;
                });
          }
        });
  }

  private static void moveEight(State s, Instruction i) {
    Operand from = i.operands().get(1);
    if (i.operands().getFirst() instanceof Mem m) {
      for (int lane = 0; lane < 2; lane++) {
        s.memory.store(s.address(m) + 4L * lane, 4, s.lane(from, lane));
      }
    } else {
      s.write(i.operands().getFirst(), 4, lane -> lane < 2 ? s.lane(from, lane) : 0);
    }
  }
}
