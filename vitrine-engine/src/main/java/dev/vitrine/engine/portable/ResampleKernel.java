package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.Taps;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Resamples pictures: a tile is an output row, mixed from input rows first and along itself then.
 */
final class ResampleKernel implements Kernel {
  /** Pixels of fewer channels are mixed element by element. */
  private static final int FEW = 12;

  private final Step.Resample step;
  private final Strided x;
  private final Strided out;
  private final int width;
  private final int outWidth;
  private final int channels;
  private final boolean dense;

  ResampleKernel(Step.Resample s, Constants constants) {
    step = s;
    x = new Strided(s.x(), constants);
    out = new Strided(s.out(), constants);
    width = Math.toIntExact(s.x().size(2));
    outWidth = Math.toIntExact(s.out().size(2));
    channels = Math.toIntExact(s.x().size(3));
    dense = (x.step() == 1 || channels == 1) && s.x().stride(2) == channels;
  }

  @Override
  public String name() {
    return "resample_portable";
  }

  @Override
  public int tiles() {
    return Math.toIntExact(step.out().count(0, 2));
  }

  @Override
  public void reserve(Scratch scratch) {
    scratch.floats(0, width * channels);
    scratch.floats(1, width * channels);
    scratch.floats(2, outWidth * channels);
    scratch.floats(3, channels);
    scratch.floats(4, channels);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int height = Math.toIntExact(step.out().size(1));
    long picture = x.start() + tile / height * step.x().stride(0);
    float[] mixed = scratch.floats(0, width * channels);
    float[] row = scratch.floats(1, width * channels);
    Taps down = step.rows();
    int n = width * channels;
    Arrays.fill(mixed, 0, n, 0);
    for (int t = 0; t < down.width(); t++) {
      int at = tile % height * down.width() + t;
      if (down.weights()[at] != 0) {
        readRow(arena, picture + down.index()[at] * step.x().stride(1), row);
        Rows.addScaled(mixed, row, down.weights()[at], n);
      }
    }
    float[] result = scratch.floats(2, outWidth * channels);
    if (channels < FEW) {
      few(mixed, result);
    } else {
      many(mixed, result, scratch.floats(3, channels), scratch.floats(4, channels));
    }
    for (int i = 0; i < outWidth; i++) {
      long at = out.at((long) tile * outWidth + i, 3);
      out.write(arena, at, out.step(), result, i * channels, channels);
    }
  }

  private void readRow(MemorySegment arena, long at, float[] to) {
    if (dense) {
      x.read(arena, at, 1, to, 0, width * channels);
      return;
    }
    for (int i = 0; i < width; i++) {
      x.read(arena, at + i * step.x().stride(2), x.step(), to, i * channels, channels);
    }
  }

  private void few(float[] row, float[] result) {
    Taps across = step.columns();
    for (int i = 0; i < outWidth; i++) {
      for (int c = 0; c < channels; c++) {
        float sum = 0;
        for (int t = i * across.width(); t < (i + 1) * across.width(); t++) {
          sum = Fma.fma(across.weights()[t], row[across.index()[t] * channels + c], sum);
        }
        result[i * channels + c] = sum;
      }
    }
  }

  private void many(float[] row, float[] result, float[] pixel, float[] sum) {
    Taps across = step.columns();
    for (int i = 0; i < outWidth; i++) {
      Arrays.fill(sum, 0, channels, 0);
      for (int t = i * across.width(); t < (i + 1) * across.width(); t++) {
        if (across.weights()[t] != 0) {
          System.arraycopy(row, across.index()[t] * channels, pixel, 0, channels);
          Rows.addScaled(sum, pixel, across.weights()[t], channels);
        }
      }
      System.arraycopy(sum, 0, result, i * channels, channels);
    }
  }
}
