package dev.vitrine.engine;

import dev.vitrine.compiler.plan.Buffer;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** An operation's own evaluation, in one tile. It does allocate. */
final class ReferenceKernel implements Kernel {
  private final String node;
  private final Step.Reference step;
  private final List<MemorySegment> constants = new ArrayList<>();
  private final List<Buffer> in = new ArrayList<>();
  private final List<Buffer> out = new ArrayList<>();

  ReferenceKernel(String node, Step.Reference step, Constants constants) {
    this.node = node;
    this.step = step;
    for (View v : step.inputs()) {
      in.add(v == null ? null : constants.buffer(v));
      this.constants.add(v != null && constants.isConstant(v) ? constants.copy(v) : null);
    }
    step.outputs().forEach(v -> out.add(constants.buffer(v)));
  }

  @Override
  public String name() {
    return "reference_" + step.op().name();
  }

  @Override
  public int tiles() {
    return 1;
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      View v = step.inputs().get(i);
      inputs.add(v == null ? null : Tensor.of(v.dtype(), shape(v), memory(v, in.get(i), i, arena)));
    }
    List<Tensor> results = evaluate(inputs);
    for (int i = 0; i < out.size(); i++) {
      View v = step.outputs().get(i);
      Tensor t = results.get(i);
      if (!t.shape().equals(shape(v)) || t.dtype() != v.dtype()) {
        throw new GraphException(
            step.op().name() + " gave " + t.type() + ", not " + v.dtype().text() + shape(v));
      }
      place(v, out.get(i), arena).copyFrom(t.data());
    }
  }

  private List<Tensor> evaluate(List<Tensor> inputs) {
    try {
      return step.op().evaluate(Inputs.of(out.size(), inputs));
    } catch (GraphException | ArithmeticException | IndexOutOfBoundsException e) {
      throw new GraphException(
          "node '" + node + "' (" + step.op().name() + "): " + e.getMessage(), e);
    }
  }

  private MemorySegment memory(View v, Buffer b, int input, MemorySegment arena) {
    MemorySegment constant = constants.get(input);
    if (constant == null) {
      return place(v, b, arena);
    }
    return constant.asSlice(v.offset() * v.dtype().bytes(), v.count() * v.dtype().bytes());
  }

  private static MemorySegment place(View v, Buffer b, MemorySegment arena) {
    long bytes = v.dtype().bytes();
    return arena.asSlice(b.offset() + v.offset() * bytes, v.count() * bytes);
  }

  private static Shape shape(View v) {
    return Shape.of(v.sizes().stream().mapToLong(Long::longValue).toArray());
  }
}
