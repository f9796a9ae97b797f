package dev.vitrine.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.ProgramVerifier;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.graph.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Function;

/** Runs a step on a tier and by {@link StepOracle} and compares all of the arena. */
public final class StepCheck {
  private StepCheck() {}

  /**
   * @param make makes the step in a fresh memory
   * @param tolerance of the difference, relative to the larger of 1 and the value
   */
  public static void check(
      KernelSet tier, long seed, double tolerance, Function<StepMemory, Step> make) {
    StepMemory memory = new StepMemory(seed);
    Step step = make.apply(memory);
    Program program = memory.program(step);
    ProgramVerifier.check(program);
    String what = StepText.name(step) + " " + StepText.shape(step) + " seed " + seed;
    try (Arena owner = Arena.ofShared()) {
      MemorySegment actual = memory.fill(owner);
      MemorySegment expected = owner.allocate(actual.byteSize(), 64).copyFrom(actual);
      StepOracle oracle = new StepOracle(program, expected);
      oracle.run(step);
      Kernel kernel = tier.bind(step, new Constants(program, owner));
      assertThat(kernel).as(what).isNotNull();
      Scratch scratch = new Scratch();
      kernel.reserve(scratch);
      // Backwards, since any order must do.
      for (int tile = kernel.tiles() - 1; tile >= 0; tile--) {
        kernel.run(tile, actual, scratch);
      }
      compare(program, step, expected, actual, tolerance, what);
    }
  }

  private static void compare(
      Program program,
      Step step,
      MemorySegment expected,
      MemorySegment actual,
      double tolerance,
      String what) {
    StepOracle wanted = new StepOracle(program, expected);
    StepOracle got = new StepOracle(program, actual);
    for (View out : step.writes()) {
      boolean codes = out.dtype() == DType.U8 && tolerance > 0;
      for (long n = 0; n < out.count() && (out.dtype().isFloat() || codes); n++) {
        long[] at = StepOracle.index(out, n);
        double e = wanted.get(out, at);
        double a = got.get(out, at);
        // A code may be the next one where a number lies between two.
        if (!(Math.abs(a - e) <= (codes ? 1 : tolerance * Math.max(1, Math.abs(e))))) {
          fail("%s at %s: %s, not %s", what, Arrays.toString(at), a, e);
        }
        got.set(out, e, at);
      }
    }
    // What the step doesn't write is as it was.
    assertThat(actual.mismatch(expected)).as("%s: the first byte that differs", what).isEqualTo(-1);
  }
}
