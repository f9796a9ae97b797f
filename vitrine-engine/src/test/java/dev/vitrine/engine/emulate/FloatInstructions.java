package dev.vitrine.engine.emulate;

import dev.vitrine.engine.asm.Imm;
import dev.vitrine.engine.asm.Instruction;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Masked;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.emulate.Emulator.Executor;
import java.util.Map;

/** Arithmetic on floats, rounded as the processor does, with its rules for NaN and signed zeros. */
final class FloatInstructions {
  private FloatInstructions() {}

  private interface Binary {
    float of(float a, float b);
  }

  private interface Fused {
    float of(float x, float y, float z);
  }

  static void addTo(Map<String, Executor> to) {
    binary(to, "add", (a, b) -> a + b);
    binary(to, "sub", (a, b) -> a - b);
    binary(to, "mul", (a, b) -> a * b);
    binary(to, "div", (a, b) -> a / b);
    binary(to, "min", (a, b) -> a < b ? a : b);
    binary(to, "max", (a, b) -> a > b ? a : b);
    to.put("vsqrtps", (s, i) -> s.write(i, lane -> bits((float) Math.sqrt(value(s, i, 1, lane)))));
    fused(to, "vfmadd", Math::fma);
    to.put("vfmadd231pd", FloatInstructions::fusedDoubles);
    fused(to, "vfmsub", (a, b, c) -> Math.fma(a, b, -c));
    fused(to, "vfnmadd", (a, b, c) -> Math.fma(-a, b, c));
    to.put(
        "vandps",
        (s, i) ->
            s.write(
                i, lane -> s.lane(i.operands().get(1), lane) & s.lane(i.operands().get(2), lane)));
    to.put(
        "vandnps",
        (s, i) ->
            s.write(
                i, lane -> ~s.lane(i.operands().get(1), lane) & s.lane(i.operands().get(2), lane)));
    to.put(
        "vorps",
        (s, i) ->
            s.write(
                i, lane -> s.lane(i.operands().get(1), lane) | s.lane(i.operands().get(2), lane)));
    to.put(
        "vxorps",
        (s, i) ->
            s.write(
                i, lane -> s.lane(i.operands().get(1), lane) ^ s.lane(i.operands().get(2), lane)));
    to.put(
        "vroundps",
        (s, i) -> s.write(i, lane -> bits(rounded(value(s, i, 1, lane), immediate(i)))));
    to.put(
        "vrndscaleps",
        (s, i) -> s.write(i, lane -> bits(rounded(value(s, i, 1, lane), immediate(i)))));
    to.put(
        "vreduceps",
        (s, i) -> s.write(i, lane -> bits(reduced(value(s, i, 1, lane), immediate(i)))));
    to.put(
        "vscalefps",
        (s, i) -> s.write(i, lane -> bits(scaled(value(s, i, 1, lane), value(s, i, 2, lane)))));
    to.put("vcvtps2dq", (s, i) -> s.write(i, lane -> integer(value(s, i, 1, lane), true)));
    to.put("vcvttps2dq", (s, i) -> s.write(i, lane -> integer(value(s, i, 1, lane), false)));
    to.put(
        "vcvtdq2ps", (s, i) -> s.write(i, lane -> bits((float) s.lane(i.operands().get(1), lane))));
    to.put("vcmpps", FloatInstructions::compare);
    to.put(
        "vblendvps",
        (s, i) ->
            s.write(
                i,
                lane ->
                    s.lane(i.operands().get(s.lane(i.operands().get(3), lane) < 0 ? 2 : 1), lane)));
    to.put("vblendmps", FloatInstructions::blendByMask);
  }

  private static float value(State s, Instruction i, int operand, int lane) {
    return Float.intBitsToFloat(s.lane(i.operands().get(operand), lane));
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  private static int immediate(Instruction i) {
    return (int) ((Imm) i.operands().getLast()).value();
  }

  private static void binary(Map<String, Executor> to, String name, Binary f) {
    to.put(
        "v" + name + "ps",
        (s, i) -> s.write(i, lane -> bits(f.of(value(s, i, 1, lane), value(s, i, 2, lane)))));
    to.put(
        "v" + name + "ss",
        (s, i) -> scalar(s, i, bits(f.of(value(s, i, 1, 0), value(s, i, 2, 0)))));
  }

  /** The digits tell which operands, counted from 1, are the two factors and the addend. */
  private static void fused(Map<String, Executor> to, String name, Fused f) {
    for (String order : new String[] {"132", "213", "231"}) {
      int x = order.charAt(0) - '1';
      int y = order.charAt(1) - '1';
      int z = order.charAt(2) - '1';
      to.put(
          name + order + "ps",
          (s, i) -> {
            Vec first = MoveInstructions.register(i.operands().getFirst());
            int[] before = s.vectors[first.id()].clone();
            s.write(
                i,
                lane ->
                    bits(
                        f.of(
                            part(s, i, x, lane, before),
                            part(s, i, y, lane, before),
                            part(s, i, z, lane, before))));
          });
    }
  }

  private static void fusedDoubles(State s, Instruction i) {
    int[] before = s.vectors[((Vec) i.operands().getFirst()).id()].clone();
    long[] sums = new long[i.length() / 8];
    for (int n = 0; n < sums.length; n++) {
      double sum =
          Double.longBitsToDouble(before[2 * n] & 0xffffffffL | (long) before[2 * n + 1] << 32);
      sums[n] = Double.doubleToRawLongBits(Math.fma(real(s, i, 1, n), real(s, i, 2, n), sum));
    }
    s.write(i, lane -> (int) (sums[lane / 2] >>> 32 * (lane % 2)));
  }

  private static double real(State s, Instruction i, int operand, int n) {
    Operand o = i.operands().get(operand);
    return Double.longBitsToDouble(
        s.lane(o, 2 * n) & 0xffffffffL | (long) s.lane(o, 2 * n + 1) << 32);
  }

  private static float part(State s, Instruction i, int operand, int lane, int[] first) {
    return operand == 0 ? Float.intBitsToFloat(first[lane]) : value(s, i, operand, lane);
  }

  private static void scalar(State s, Instruction i, int result) {
    Vec first = (Vec) i.operands().get(1);
    int[] rest = s.vectors[first.id()].clone();
    s.write(i.operands().getFirst(), 4, lane -> lane == 0 ? result : rest[lane]);
  }

  private static float rounded(float x, int mode) {
    return switch (mode & 3) {
      case 0 -> (float) Math.rint(x);
      case 1 -> (float) Math.floor(x);
      case 2 -> (float) Math.ceil(x);
      default -> (float) (x < 0 ? Math.ceil(x) : Math.floor(x));
    };
  }

  /** The difference, too, is rounded in the mode. */
  private static float reduced(float x, int mode) {
    if (Float.isInfinite(x)) {
      return 0;
    }
    double exact = (double) x - rounded(x, mode);
    float nearest = (float) exact;
    return (mode & 3) == 1 && nearest > exact ? Math.nextDown(nearest) : nearest;
  }

  /** The product is exact in double, so that it is rounded once. */
  private static float scaled(float x, float by) {
    return (float) (x * Math.pow(2, Math.clamp(Math.floor(by), -600, 600)));
  }

  private static int integer(float x, boolean round) {
    double whole = round ? Math.rint(x) : x;
    return whole >= Integer.MIN_VALUE && whole < -(double) Integer.MIN_VALUE
        ? (int) whole
        : Integer.MIN_VALUE;
  }

  private static void compare(State s, Instruction i) {
    Operand to = i.operands().getFirst();
    if ((to instanceof Masked m ? m.target() : to) instanceof Mask) {
      s.writeMask(
          to,
          i.length() / 4,
          lane -> holds(value(s, i, 1, lane), value(s, i, 2, lane), immediate(i)));
    } else {
      s.write(i, lane -> holds(value(s, i, 1, lane), value(s, i, 2, lane), immediate(i)) ? -1 : 0);
    }
  }

  private static boolean holds(float a, float b, int predicate) {
    boolean unordered = Float.isNaN(a) || Float.isNaN(b);
    return switch (predicate & 0x0f) {
      case 0 -> a == b;
      case 1 -> a < b;
      case 2 -> a <= b;
      case 3 -> unordered;
      case 4 -> unordered || a != b;
      case 5 -> !(a < b);
      case 6 -> !(a <= b);
      case 7 -> !unordered;
      case 13 -> a >= b;
      case 14 -> a > b;
      default -> throw new AssertionError("the emulator doesn't know the comparison " + predicate);
    };
  }

  private static void blendByMask(State s, Instruction i) {
    Masked to = (Masked) i.operands().getFirst();
    long mask = s.masks[to.mask().id()];
    int[] a = s.lanes(i.operands().get(1), i.length());
    int[] b = s.lanes(i.operands().get(2), i.length());
    s.write(
        to.target(),
        i.length() / 4,
        lane -> (mask >> lane & 1) != 0 ? b[lane] : to.zeroing() ? 0 : a[lane]);
  }
}
