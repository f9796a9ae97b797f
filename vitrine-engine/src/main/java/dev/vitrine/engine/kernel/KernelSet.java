package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.plan.Step;

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
}
