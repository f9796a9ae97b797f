package dev.vitrine.compiler.plan;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects a program's buffers and steps, and lays out the arena when all are known. */
final class ProgramBuilder {
  private final List<Buffer> buffers = new ArrayList<>();
  private final List<Program.Task> steps = new ArrayList<>();
  private final List<Program.Port> inputs = new ArrayList<>();
  private final List<Program.Port> outputs = new ArrayList<>();
  private final Map<Tensor, Integer> constants = new IdentityHashMap<>();
  private String node = "";

  /** The node that the following buffers and steps are for. */
  void at(String nodeName) {
    node = nodeName;
  }

  /** A part of the arena for that many elements, seen row-major. */
  View allocate(DType dtype, List<Long> sizes) {
    View v = View.dense(buffers.size(), dtype, sizes);
    buffers.add(Buffer.part(node, Math.multiplyExact(v.count(), (long) dtype.bytes()), -1));
    return v;
  }

  View constant(String name, Tensor t) {
    int buffer =
        constants.computeIfAbsent(
            t,
            _ -> {
              buffers.add(Buffer.constant(name, t));
              return buffers.size() - 1;
            });
    return View.dense(buffer, t.dtype(), Arrays.stream(t.shape().sizes()).boxed().toList());
  }

  /** The constant behind a view of all of it; null when the view is of the arena. */
  Tensor constantOf(View v) {
    return buffers.get(v.buffer()).constant();
  }

  void add(Step step) {
    steps.add(new Program.Task(node, step));
  }

  void input(String name, TensorType type, View view) {
    inputs.add(new Program.Port(name, type, view));
  }

  void output(String name, TensorType type, View view) {
    outputs.add(new Program.Port(name, type, view));
  }

  Program build() {
    Set<Integer> kept = new HashSet<>();
    inputs.forEach(p -> kept.add(p.view().buffer()));
    outputs.forEach(p -> kept.add(p.view().buffer()));
    return lay(GatherFolding.fold(steps, buffers, kept));
  }

  private Program lay(List<Program.Task> tasks) {
    int n = buffers.size();
    int[] first = new int[n];
    int[] last = new int[n];
    Arrays.fill(first, Integer.MAX_VALUE);
    Arrays.fill(last, -1);
    inputs.forEach(p -> first[p.view().buffer()] = -1);
    for (int i = 0; i < tasks.size(); i++) {
      Step step = tasks.get(i).step();
      for (View v : step.reads()) {
        last[v.buffer()] = i;
      }
      for (View v : step.writes()) {
        first[v.buffer()] = Math.min(first[v.buffer()], i);
        last[v.buffer()] = i;
      }
    }
    outputs.forEach(p -> last[p.view().buffer()] = tasks.size());
    List<Integer> used = new ArrayList<>();
    List<Arena.Block> blocks = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (!buffers.get(i).isConstant() && first[i] <= last[i]) {
        used.add(i);
        blocks.add(new Arena.Block(buffers.get(i).bytes(), first[i], last[i]));
      }
    }
    long[] offsets = Arena.place(blocks);
    List<Buffer> placed = new ArrayList<>(buffers);
    long end = 0;
    for (int i = 0; i < offsets.length; i++) {
      Buffer b = buffers.get(used.get(i));
      placed.set(used.get(i), Buffer.part(b.name(), b.bytes(), offsets[i]));
      end = Math.max(end, offsets[i] + Arena.aligned(b.bytes()));
    }
    return new Program(inputs, outputs, placed, tasks, end);
  }
}
