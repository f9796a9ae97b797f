package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.plan.Buffer;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Memory for a step under test: buffers of random numbers with poison between them. */
public final class StepMemory {
  private static final long GAP = 192;

  private final Random random;
  private final List<Buffer> buffers = new ArrayList<>();
  private long end = GAP;

  public StepMemory(long seed) {
    random = new Random(seed);
  }

  /** A part of the arena. */
  public View arena(long... sizes) {
    return arena(DType.F32, sizes);
  }

  public View arena(DType dtype, long... sizes) {
    View v = View.dense(buffers.size(), dtype, Arrays.stream(sizes).boxed().toList());
    long bytes = v.count() * dtype.bytes();
    buffers.add(Buffer.part("b" + buffers.size(), bytes, end));
    end += (bytes + GAP + 63) / 64 * 64;
    return v;
  }

  /** A constant of random numbers. */
  public View constant(long... sizes) {
    Tensor t = Tensor.zeros(DType.F32, Shape.of(sizes));
    for (long i = 0; i < t.count(); i++) {
      t.set(i, random.nextGaussian());
    }
    View v = View.dense(buffers.size(), DType.F32, Arrays.stream(sizes).boxed().toList());
    buffers.add(Buffer.constant("c" + buffers.size(), t));
    return v;
  }

  public Program program(Step step) {
    return new Program(List.of(), List.of(), buffers, List.of(new Program.Task("test", step)), end);
  }

  /** The arena before the step: random numbers in its buffers, NaN between them. */
  public MemorySegment fill(Arena owner) {
    MemorySegment m = owner.allocate(end, 64);
    for (long i = 0; i < end / 4; i++) {
      m.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.NaN);
    }
    for (Buffer b : buffers) {
      if (!b.isConstant()) {
        for (long i = 0; i < b.bytes() / 4; i++) {
          m.set(ValueLayout.JAVA_FLOAT, b.offset() + 4 * i, (float) random.nextGaussian());
        }
      }
    }
    return m;
  }
}
