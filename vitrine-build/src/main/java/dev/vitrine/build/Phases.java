package dev.vitrine.build;

import dev.vitrine.compiler.quantize.QuantizeProgress;
import dev.vitrine.vision.Progress;

/** Bars for the phases of quantization, one after the other. */
final class Phases implements QuantizeProgress, AutoCloseable {
  private final int samples;
  private Phase phase;
  private Progress bar;

  /**
   * @param samples what a total that isn't known is taken for
   */
  Phases(int samples) {
    this.samples = samples;
  }

  @Override
  public synchronized void at(Phase now, int done, int total) {
    if (now != phase) {
      close();
      phase = now;
      bar = Progress.onTerminal(total == 0 ? samples : total);
    }
    bar.to(done);
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
    }
    bar = null;
  }
}
