package dev.vitrine.engine.generated;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.gen.Generator;
import dev.vitrine.engine.gen.Width;
import dev.vitrine.engine.machine.CodeMemory;
import dev.vitrine.engine.machine.CodeRefusedException;
import dev.vitrine.engine.machine.Machine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/** Generated code that belongs to no program and stays: for vectors that most machines have. */
final class HostCode {
  private HostCode() {}

  /** What is made of loaded code; null where the machine has no such vectors or code is refused. */
  static <T> T of(Function<HostCode, T> make) {
    if (!Machine.host().sets().containsAll(Width.AVX2.sets())) {
      return null;
    }
    try {
      return make.apply(new HostCode());
    } catch (CodeRefusedException e) {
      return null;
    }
  }

  /** Where the generator's function begins. */
  MemorySegment load(Generator generator) {
    return CodeMemory.load(generator.generate(Abi.host()), Arena.global());
  }
}
