package dev.vitrine.engine.generated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.emulate.Emulator;
import dev.vitrine.engine.gen.Generator;
import dev.vitrine.engine.gen.Width;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.StepCases;
import dev.vitrine.engine.kernel.StepCheck;
import dev.vitrine.engine.kernel.StepMemory;
import dev.vitrine.engine.machine.Machine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case that a tier has a kernel for: run for real where the machine can, emulated elsewhere.
 */
class GeneratedKernelsTest {
  private static final Pattern ESSENTIAL =
      Pattern.compile("product \\d+×\\d+×\\d+( bias .* residual)?|attention .*");

  static Stream<Arguments> cases() {
    return Stream.of(Width.values())
        .flatMap(w -> StepCases.all().stream().filter(c -> has(w, c)).map(c -> Arguments.of(w, c)));
  }

  private static boolean has(Width width, StepCases.Case c) {
    StepMemory memory = new StepMemory(11);
    Step step = c.make().apply(memory);
    try (Arena owner = Arena.ofConfined()) {
      return new GeneratedKernels(width, _ -> _ -> {})
              .bind(step, new Constants(memory.program(step), owner))
          != null;
    }
  }

  private static GeneratedKernels tier(Width width, Arena owner) {
    return Machine.host().sets().containsAll(width.sets())
        ? new GeneratedKernels(width, owner)
        : new GeneratedKernels(width, GeneratedKernelsTest::emulated);
  }

  private static Routine emulated(Generator generator) {
    Code code = generator.generate(Abi.host());
    Emulator emulator = new Emulator();
    return arguments -> emulator.call(code, Abi.host(), arguments, List.of(everything()));
  }

  @SuppressWarnings("restricted") // generators' own tests guard the memory; here steps bring theirs
  private static MemorySegment everything() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesWhatTheStepMeans(Width width, StepCases.Case c) {
    try (Arena owner = Arena.ofConfined()) {
      StepCheck.check(tier(width, owner), 11, c.tolerance(), c.make());
    }
  }

  /** What the vision transformers consist of must not fall back. */
  @ParameterizedTest
  @EnumSource
  void hasKernelsForVisionTransformers(Width width) {
    for (StepCases.Case c : StepCases.all()) {
      if (ESSENTIAL.matcher(c.name()).matches()) {
        assertThat(has(width, c)).as(c.name()).isTrue();
      }
    }
  }
}
