package dev.vitrine.engine;

/** Is told how long steps take. */
@FunctionalInterface
public interface StepListener {
  /**
   * Called after each step on the run's own thread.
   *
   * @param step its number in the program
   */
  void done(int step, long nanoseconds);
}
