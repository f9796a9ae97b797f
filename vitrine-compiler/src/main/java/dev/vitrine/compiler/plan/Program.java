package dev.vitrine.compiler.plan;

import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.function.Supplier;

/**
 * The plan of a graph for one set of input shapes. To run it: copy the inputs to their places in an
 * arena of {@link #arenaBytes()}, do the steps in order, copy the outputs from theirs.
 *
 * @param buffers parts of the arena, which overlap where their contents are not needed at the same
 *     time, and constants; {@link View#buffer()} counts them
 */
public record Program(
    List<Port> inputs,
    List<Port> outputs,
    List<Buffer> buffers,
    List<Task> steps,
    long arenaBytes) {
  /** Buffers of an arena start at multiples of this many bytes. */
  public static final int ALIGNMENT = 64;

  /**
   * An input or output.
   *
   * @param view where it is, dense
   */
  public record Port(String name, TensorType type, View view) {}

  /**
   * A step and where it comes from.
   *
   * @param node the name of the graph's node, for people
   */
  public record Task(String node, Step step) {}

  public Program {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    buffers = List.copyOf(buffers);
    steps = List.copyOf(steps);
  }

  /** All steps' floating-point operations; a multiply-add counts two. */
  public long flops() {
    return steps.stream().mapToLong(t -> t.step().flops()).sum();
  }

  /** The bytes of all constants. */
  public long constantBytes() {
    return buffers.stream().filter(Buffer::isConstant).mapToLong(Buffer::bytes).sum();
  }

  /**
   * The same without what its constants hold, which may take much memory: asking for that is an
   * {@link IllegalStateException}.
   */
  public Program withoutConstants() {
    Supplier<Tensor> gone =
        () -> {
          throw new IllegalStateException("the constants of this program are gone");
        };
    List<Buffer> emptied =
        buffers.stream()
            .map(b -> b.isConstant() ? new Buffer(b.name(), b.bytes(), b.offset(), gone) : b)
            .toList();
    return new Program(inputs, outputs, emptied, steps, arenaBytes);
  }

  /** One line a step, after a line of totals. */
  @Override
  public String toString() {
    return ProgramText.print(this, (_, s) -> StepText.name(s));
  }
}
