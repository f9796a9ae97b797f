package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.asm.Code;
import java.util.List;

/** The kernels of one tier: a way to do steps on this machine. */
public interface KernelSet {
  /** The tier, as in {@code --tier}. */
  String name();

  /**
   * A kernel for a step; null when this tier has none for it.
   *
   * @param constants the program's constants, valid while the kernel is
   */
  Kernel bind(Step step, Constants constants);

  /** Makes the kernels bound so far ready to run, on the thread that has bound them. */
  default void finish() {}

  /** The machine code that the kernels bound so far call, in the order in which it was made. */
  default List<Code> code() {
    return List.of();
  }
}
