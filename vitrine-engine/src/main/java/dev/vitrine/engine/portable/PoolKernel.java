package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.compiler.plan.Window;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Maximum or mean under a window; a tile is an output row. */
final class PoolKernel implements Kernel {
  private final Step.Pool step;
  private final Strided x;
  private final Strided out;
  private final int channels;
  private final int outWidth;

  PoolKernel(Step.Pool s, Constants constants) {
    step = s;
    x = new Strided(s.x(), constants);
    out = new Strided(s.out(), constants);
    channels = Math.toIntExact(s.x().size(3));
    outWidth = Math.toIntExact(s.out().size(2));
  }

  @Override
  public String name() {
    return StepText.name(step) + "_portable";
  }

  @Override
  public int tiles() {
    return Math.toIntExact(step.out().count(0, 2));
  }

  @Override
  public void reserve(Scratch scratch) {
    scratch.floats(0, channels);
    scratch.floats(1, channels);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    float[] result = scratch.floats(0, channels);
    float[] pixel = scratch.floats(1, channels);
    Window w = step.window();
    int height = Math.toIntExact(step.out().size(1));
    int top = tile % height * w.strideH() - w.top();
    long picture = x.start() + tile / height * step.x().stride(0);
    for (int o = 0; o < outWidth; o++) {
      int left = o * w.strideW() - w.left();
      Arrays.fill(result, 0, channels, step.max() ? Float.NEGATIVE_INFINITY : 0);
      int inside = 0;
      for (int i = 0; i < w.kernelH(); i++) {
        int y = top + i * w.dilationH();
        for (int j = 0; j < w.kernelW(); j++) {
          int z = left + j * w.dilationW();
          if (y < 0 || y >= step.x().size(1) || z < 0 || z >= step.x().size(2)) {
            continue;
          }
          inside++;
          long at = picture + y * step.x().stride(1) + z * step.x().stride(2);
          x.read(arena, at, x.step(), pixel, 0, channels);
          if (step.max()) {
            Rows.max(result, pixel, channels);
          } else {
            Rows.add(result, pixel, channels);
          }
        }
      }
      if (!step.max()) {
        int by = step.countPadding() ? w.kernelH() * w.kernelW() : inside;
        Rows.multiply(result, 1f / by, channels);
      }
      out.write(arena, out.at((long) tile * outWidth + o, 3), out.step(), result, 0, channels);
    }
  }
}
