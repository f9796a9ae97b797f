package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Scalar;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Nest;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A function applied chunk by chunk: each of its parts to the whole chunk in turn. */
final class ElementwiseKernel implements Kernel {
  private static final int CHUNK = 1024;

  private final Scalar function;
  private final List<Strided> inputs = new ArrayList<>();
  private final Strided out;
  private final Nest nest;
  private final Chunks chunks;
  private final int depth;

  ElementwiseKernel(Step.Elementwise s, Constants constants) {
    function = s.function();
    s.inputs().forEach(v -> inputs.add(new Strided(v, constants)));
    out = new Strided(s.out(), constants);
    List<View> views = new ArrayList<>(s.inputs());
    views.add(s.out());
    nest = new Nest(views);
    chunks = Chunks.of(nest, CHUNK);
    depth = depth(function);
  }

  /** How many rows of scratch an evaluation takes. */
  private static int depth(Scalar f) {
    return switch (f) {
      case Scalar.Input _, Scalar.Constant _ -> 1;
      case Scalar.Unary u -> depth(u.x());
      case Scalar.Binary b -> Math.max(depth(b.a()), 1 + depth(b.b()));
    };
  }

  @Override
  public String name() {
    return "elementwise_portable";
  }

  @Override
  public int tiles() {
    return chunks.tiles();
  }

  @Override
  public void reserve(Scratch scratch) {
    scratch.rows(0, depth, chunks.chunk());
    scratch.get(Functions.class, Functions::new).reserve(chunks.chunk());
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    float[][] rows = scratch.rows(0, depth, chunks.chunk());
    Functions functions = scratch.get(Functions.class, Functions::new);
    for (long i = chunks.first(tile); i < chunks.end(tile); i++) {
      int n = chunks.size(i);
      evaluate(function, 0, rows, i, n, arena, functions);
      int o = inputs.size();
      long at = out.start() + nest.offset(o, i / chunks.perRun()) + chunks.start(i) * nest.step(o);
      out.write(arena, at, nest.step(o), rows[0], 0, n);
    }
  }

  /** Leaves the value of {@code f} for a chunk in row {@code r}; rows after it are overwritten. */
  private void evaluate(
      Scalar f,
      int r,
      float[][] rows,
      long chunk,
      int n,
      MemorySegment arena,
      Functions functions) {
    switch (f) {
      case Scalar.Constant c -> Arrays.fill(rows[r], 0, n, c.value());
      case Scalar.Input x -> {
        long step = nest.step(x.index());
        long offset = nest.offset(x.index(), chunk / chunks.perRun()) + chunks.start(chunk) * step;
        Strided in = inputs.get(x.index());
        in.read(arena, in.start() + offset, step, rows[r], 0, n);
      }
      case Scalar.Unary u -> {
        evaluate(u.x(), r, rows, chunk, n, arena, functions);
        functions.apply(u.function(), rows[r], n);
      }
      case Scalar.Binary b -> {
        evaluate(b.a(), r, rows, chunk, n, arena, functions);
        evaluate(b.b(), r + 1, rows, chunk, n, arena, functions);
        combine(b.operator(), rows[r], rows[r + 1], n);
      }
    }
  }

  private static void combine(Scalar.Operator operator, float[] a, float[] b, int n) {
    switch (operator) {
      case ADD -> Rows.add(a, b, n);
      case SUB -> Rows.subtract(a, b, n);
      case MUL -> Rows.multiply(a, b, n);
      case DIV -> Rows.divide(a, b, n);
      case MIN -> Rows.min(a, b, n);
      case MAX -> Rows.max(a, b, n);
      case POW -> {
        for (int i = 0; i < n; i++) {
          a[i] = (float) Math.pow(a[i], b[i]);
        }
      }
    }
  }
}
