package dev.vitrine.engine;

import dev.vitrine.engine.gen.Level;
import dev.vitrine.engine.gen.Width;
import dev.vitrine.engine.generated.GeneratedKernels;
import dev.vitrine.engine.generated.PeakKernel;
import dev.vitrine.engine.kernel.Scratch;
import dev.vitrine.engine.machine.CodeRefusedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which vectors are worth using where a machine has several: some processors have 64-byte vectors
 * but only one unit for them, and gain nothing. Short trials tell, once a process.
 */
final class WidthChoice {
  private static final int TRIALS = 12;

  /** What wider vectors must gain: with two units it is a factor near 2, with one it is near 1. */
  private static final double GAIN = 1.3;

  private static Width best;

  private WidthChoice() {}

  /**
   * @param widths that the machine has, widest first, at least one
   */
  static synchronized Width best(List<Width> widths) {
    if (best == null) {
      best = widths.size() == 1 ? widths.getFirst() : choose(widths, rates(widths));
    }
    return best;
  }

  /** What trials of an earlier process on this machine have told. */
  static synchronized void assume(Width width) {
    if (best == null) {
      best = width;
    }
  }

  /** The widest that gains enough over the next narrower one. */
  static Width choose(List<Width> widths, double[] rates) {
    int i = 0;
    while (i + 1 < rates.length && rates[i] < GAIN * rates[i + 1]) {
      i++;
    }
    return widths.get(i);
  }

  /** The best of trials of some tens of microseconds that alternate between the widths. */
  private static double[] rates(List<Width> widths) {
    double[] rates = new double[widths.size()];
    try (Arena owner = Arena.ofConfined()) {
      Scratch scratch = new Scratch();
      List<PeakKernel> kernels = new ArrayList<>();
      for (Width width : widths) {
        PeakKernel kernel = new PeakKernel(new GeneratedKernels(Level.of(width), owner), 1);
        kernel.reserve(scratch);
        kernels.add(kernel);
      }
      for (int trial = 0; trial < TRIALS; trial++) {
        for (int i = 0; i < rates.length; i++) {
          long start = System.nanoTime();
          kernels.get(i).run(0, MemorySegment.NULL, scratch);
          rates[i] =
              Math.max(rates[i], (double) kernels.get(i).flops() / (System.nanoTime() - start));
        }
      }
    } catch (CodeRefusedException e) {
      Arrays.fill(rates, 0);
    }
    return rates;
  }
}
