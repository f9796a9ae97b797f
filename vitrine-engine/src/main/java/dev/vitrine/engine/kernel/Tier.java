package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.plan.Step;

/** A way to do steps on this machine. */
public interface Tier {
  /** As in {@code --tier}, for instance {@code portable}. */
  String name();

  /**
   * A kernel for a step; null when this tier has none for it.
   *
   * @param constants the program's constants, valid while the kernel is
   */
  Kernel bind(Step step, Constants constants);
}
