package dev.vitrine.engine.generated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.emulate.Emulator;
import dev.vitrine.engine.gen.Generator;
import dev.vitrine.engine.gen.Level;
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
      Pattern.compile(
          "(quantized product W.A. |product )\\d+×\\d+×\\d+( bias .* residual)?|attention .*");

  static Stream<Arguments> cases() {
    List<StepCases.Case> all = StepCases.all();
    List<StepCases.Case> bytes = all.stream().filter(c -> c.name().startsWith("quanti")).toList();
    // What has nothing to do with bytes is the same with VNNI.
    return Stream.of(Level.values())
        .flatMap(
            l ->
                (l.vnni() ? bytes : all)
                    .stream().filter(c -> has(l, c)).map(c -> Arguments.of(l, c)));
  }

  private static boolean has(Level level, StepCases.Case c) {
    StepMemory memory = new StepMemory(11);
    Step step = c.make().apply(memory);
    try (Arena owner = Arena.ofShared()) {
      return new GeneratedKernels(level, _ -> _ -> {})
              .bind(step, new Constants(memory.program(step), owner))
          != null;
    }
  }

  private static GeneratedKernels tier(Level level, Arena owner) {
    return Machine.host().sets().containsAll(level.sets())
        ? new GeneratedKernels(level, owner)
        : new GeneratedKernels(level, GeneratedKernelsTest::emulated);
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
  void givesWhatTheStepMeans(Level level, StepCases.Case c) {
    try (Arena owner = Arena.ofShared()) {
      StepCheck.check(tier(level, owner), 11, c.tolerance(), c.make());
    }
  }

  /** What the vision transformers consist of must not fall back. */
  @ParameterizedTest
  @EnumSource
  void hasKernelsForVisionTransformers(Level level) {
    for (StepCases.Case c : StepCases.all()) {
      if (ESSENTIAL.matcher(c.name()).matches()) {
        assertThat(has(level, c)).as(c.name()).isTrue();
      }
    }
  }
}
