package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reduces many rows side by side: a tile is a stretch of output elements, to which slices are
 * added.
 */
final class ReduceKernel implements Kernel {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int STRETCH = 1024;

  private final Step.Reduce step;
  private final Strided x;
  private final Strided out;
  // The axes of x that are reduced, as a view of their own.
  private final Strided reduced;
  private final int count;
  // Output elements along the last kept axis.
  private final int length;
  private final int chunk;
  private final int parts;

  ReduceKernel(Step.Reduce s, Constants constants) {
    step = s;
    // An axis of one element stands in where everything is reduced.
    View whole = s.x().rank() == s.axes() ? s.x().insert(0) : s.x();
    View kept = s.out().rank() == 0 ? s.out().insert(0) : s.out();
    int axes = whole.rank() - s.axes();
    x = new Strided(whole, constants);
    out = new Strided(kept, constants);
    View inner = whole;
    for (int i = 0; i < axes; i++) {
      inner = inner.select(0, 0);
    }
    reduced = new Strided(inner, constants);
    count = Math.toIntExact(inner.count());
    length = Math.toIntExact(kept.size(-1));
    chunk = Math.clamp(length, 1, STRETCH);
    parts = (length + chunk - 1) / chunk;
  }

  @Override
  public String name() {
    return StepText.name(step) + "_portable";
  }

  @Override
  public int tiles() {
    View o = out.view();
    return Math.multiplyExact(Math.toIntExact(o.count(0, o.rank() - 1)), parts);
  }

  @Override
  public void reserve(Scratch scratch) {
    scratch.floats(0, chunk);
    scratch.floats(1, chunk);
    scratch.floats(2, chunk);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int axes = out.view().rank() - 1;
    int first = tile % parts * chunk;
    int n = Math.min(chunk, length - first);
    float[] result = scratch.floats(0, chunk);
    float[] slice = scratch.floats(1, chunk);
    float[] place = scratch.floats(2, chunk);
    long across = x.view().stride(axes);
    long at = x.at(tile / parts, axes) + first * across;
    Arrays.fill(result, 0, n, start());
    Arrays.fill(place, 0, n, 0);
    for (int i = 0; i < count; i++) {
      long from = at + reduced.at(i, step.axes()) - reduced.start();
      x.read(arena, from, across, slice, 0, n);
      switch (step.kind()) {
        case SUM, MEAN -> Rows.add(result, slice, n);
        case MAX -> Rows.max(result, slice, n);
        case MIN -> Rows.min(result, slice, n);
        case ARG_MAX -> larger(result, place, slice, i, n);
      }
    }
    if (step.kind() == Step.Reduce.Kind.MEAN) {
      Rows.multiply(result, 1f / count, n);
    }
    long to = out.at(tile / parts, axes) + first * out.step();
    if (step.kind() == Step.Reduce.Kind.ARG_MAX) {
      for (int j = 0; j < n; j++) {
        out.memory(arena).set(LONG, (to + j * out.step()) * 8, (long) place[j]);
      }
    } else {
      out.write(arena, to, out.step(), result, 0, n);
    }
  }

  private float start() {
    return switch (step.kind()) {
      case SUM, MEAN -> 0;
      case MAX, ARG_MAX -> Float.NEGATIVE_INFINITY;
      case MIN -> Float.POSITIVE_INFINITY;
    };
  }

  /** The places are whole numbers in floats: exact for rows of up to 2²⁴ elements. */
  private static void larger(float[] max, float[] place, float[] x, int i, int n) {
    for (int j = 0; j < n; j++) {
      if (x[j] > max[j]) {
        max[j] = x[j];
        place[j] = i;
      }
    }
  }
}
