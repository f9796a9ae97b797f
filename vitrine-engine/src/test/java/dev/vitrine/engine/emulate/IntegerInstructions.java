package dev.vitrine.engine.emulate;

import dev.vitrine.engine.asm.Imm;
import dev.vitrine.engine.asm.Mask;
import dev.vitrine.engine.asm.Masked;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.emulate.Emulator.Executor;
import java.util.Map;
import java.util.function.IntBinaryOperator;

/** Arithmetic on integers. */
final class IntegerInstructions {
  private IntegerInstructions() {}

  static void addTo(Map<String, Executor> to) {
    binary(to, "vpaddd", (a, b) -> a + b);
    binary(to, "vpsubd", (a, b) -> a - b);
    binary(to, "vpmulld", (a, b) -> a * b);
    binary(to, "vpminsd", Math::min);
    binary(to, "vpmaxsd", Math::max);
    for (String suffix : new String[] {"", "d"}) {
      binary(to, "vpand" + suffix, (a, b) -> a & b);
      binary(to, "vpandn" + suffix, (a, b) -> ~a & b);
      binary(to, "vpor" + suffix, (a, b) -> a | b);
      binary(to, "vpxor" + suffix, (a, b) -> a ^ b);
    }
    shift(to, "vpslld", (a, n) -> n > 31 ? 0 : a << n);
    shift(to, "vpsrld", (a, n) -> n > 31 ? 0 : a >>> n);
    shift(to, "vpsrad", (a, n) -> a >> Math.min(n, 31));
    compare(to, "vpcmpeqd", (a, b) -> a == b ? 1 : 0);
    compare(to, "vpcmpgtd", (a, b) -> a > b ? 1 : 0);
  }

  private static void binary(Map<String, Executor> to, String name, IntBinaryOperator f) {
    to.put(
        name,
        (s, i) ->
            s.write(
                i,
                lane ->
                    f.applyAsInt(
                        s.lane(i.operands().get(1), lane), s.lane(i.operands().get(2), lane))));
  }

  private static void shift(Map<String, Executor> to, String name, IntBinaryOperator f) {
    to.put(
        name,
        (s, i) -> {
          int by =
              switch (i.operands().get(2)) {
                case Imm imm -> (int) imm.value();
                case Vec v -> s.vectors[v.id()][0];
                default -> throw new IllegalArgumentException(i.toString());
              };
          s.write(i, lane -> f.applyAsInt(s.lane(i.operands().get(1), lane), by));
        });
  }

  private static void compare(Map<String, Executor> to, String name, IntBinaryOperator f) {
    to.put(
        name,
        (s, i) -> {
          Operand target = i.operands().getFirst();
          Operand a = i.operands().get(1);
          Operand b = i.operands().get(2);
          if ((target instanceof Masked m ? m.target() : target) instanceof Mask) {
            s.writeMask(
                target,
                i.length() / 4,
                lane -> f.applyAsInt(s.lane(a, lane), s.lane(b, lane)) != 0);
          } else {
            s.write(i, lane -> -f.applyAsInt(s.lane(a, lane), s.lane(b, lane)));
          }
        });
  }
}
