package dev.vitrine.engine.gen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Floats;
import dev.vitrine.engine.asm.Instruction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FmaLoopTest {
  @ParameterizedTest
  @EnumSource
  void returnsAfterAnyNumberOfPasses(Width width) {
    for (int passes : new int[] {0, 1, 5}) {
      try (Trial trial = new Trial()) {
        trial.set(FmaLoop.Arg.PASSES, passes);
        trial.run(new FmaLoop(width));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void doesTheWorkThatItClaims(Width width) {
    FmaLoop loop = new FmaLoop(width);
    long fmas =
        loop.generate(Abi.SYSV).items().stream()
            .filter(i -> i instanceof Instruction x && x.op().equals(Floats.VFMADD231PS))
            .count();
    assertThat(2 * fmas * width.lanes()).isEqualTo(loop.flops());
  }
}
