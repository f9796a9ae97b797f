package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.plan.Buffer;
import dev.vitrine.compiler.plan.Codes;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Memory for a step under test: buffers of random numbers with poison between them. */
public final class StepMemory {
  private static final long GAP = 192;

  private final Random random;
  private final List<Buffer> buffers = new ArrayList<>();
  // The greatest of a buffer's bytes, by its number; other buffers hold floats.
  private final Map<Integer, Integer> bytes = new HashMap<>();
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

  /** Rows of codes within a grade's range. */
  public Codes codes(Grade grade, long rows, long columns) {
    View codes = arena(DType.U8, rows, columns);
    bytes.put(codes.buffer(), grade.levels());
    View scale = arena(rows);
    View zero = arena(DType.U8, rows);
    bytes.put(zero.buffer(), grade.levels());
    return new Codes(grade, codes, scale, zero);
  }

  /** Constant bytes within a grade's range. */
  public View weights(Grade grade, long... sizes) {
    Tensor t = Tensor.zeros(DType.I8, Shape.of(sizes));
    for (long i = 0; i < t.count(); i++) {
      t.set(i, random.nextInt(2 * grade.weight() + 1) - (long) grade.weight());
    }
    return constant(t);
  }

  /** A constant of random numbers. */
  public View constant(long... sizes) {
    Tensor t = Tensor.zeros(DType.F32, Shape.of(sizes));
    for (long i = 0; i < t.count(); i++) {
      t.set(i, random.nextGaussian());
    }
    return constant(t);
  }

  private View constant(Tensor t) {
    List<Long> sizes = Arrays.stream(t.shape().sizes()).boxed().toList();
    View v = View.dense(buffers.size(), t.dtype(), sizes);
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
    for (int n = 0; n < buffers.size(); n++) {
      Buffer b = buffers.get(n);
      if (bytes.containsKey(n)) {
        for (long i = 0; i < b.bytes(); i++) {
          m.set(ValueLayout.JAVA_BYTE, b.offset() + i, (byte) random.nextInt(bytes.get(n) + 1));
        }
      } else if (!b.isConstant()) {
        for (long i = 0; i < b.bytes() / 4; i++) {
          m.set(ValueLayout.JAVA_FLOAT, b.offset() + 4 * i, (float) random.nextGaussian());
        }
      }
    }
    return m;
  }
}
