package dev.vitrine.compiler.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gathers of rows that a neighbour does by the way, so that nothing is copied: a normalisation
 * reads its rows by the index.
 */
final class GatherFolding {
  private final List<Buffer> buffers;
  private final Set<Integer> kept;
  private final List<Program.Task> steps;
  // The steps that read and write each buffer, by number.
  private final List<List<Integer>> readers = new ArrayList<>();
  private final List<List<Integer>> writers = new ArrayList<>();

  private GatherFolding(List<Program.Task> steps, List<Buffer> buffers, Set<Integer> kept) {
    this.buffers = buffers;
    this.kept = kept;
    this.steps = new ArrayList<>(steps);
    for (int i = 0; i < buffers.size(); i++) {
      readers.add(new ArrayList<>());
      writers.add(new ArrayList<>());
    }
    for (int i = 0; i < steps.size(); i++) {
      int at = i;
      steps.get(i).step().reads().forEach(v -> readers.get(v.buffer()).add(at));
      steps.get(i).step().writes().forEach(v -> writers.get(v.buffer()).add(at));
    }
  }

  /**
   * @param kept buffers that are read after all steps or written before
   */
  static List<Program.Task> fold(
      List<Program.Task> steps, List<Buffer> buffers, Set<Integer> kept) {
    GatherFolding folding = new GatherFolding(steps, buffers, kept);
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).step() instanceof Step.Gather g) {
        folding.fold(i, g);
      }
    }
    return folding.steps.stream().filter(t -> t != null).toList();
  }

  private void fold(int at, Step.Gather g) {
    int before = maker(g.from());
    if (before < 0) {
      return;
    }
    Program.Task task = steps.get(before);
    if (task.step() instanceof Step.LayerNorm l && l.rows() == null && isWhole(l.out())) {
      View x = l.x().merge(0, l.x().rank() - 1);
      int[] picked = picked(g, l.out().size(-1));
      if (x != null && picked != null) {
        View out = matrix(g.to(), picked.length, l.out().size(-1));
        replace(
            before,
            at,
            new Step.LayerNorm(x, new Rows(picked), l.scale(), l.bias(), l.epsilon(), out));
      }
    }
  }

  /** The step that alone writes what only one step reads; −1 when there is none. */
  private int maker(View v) {
    int b = v.buffer();
    boolean between =
        !buffers.get(b).isConstant()
            && !kept.contains(b)
            && readers.get(b).size() == 1
            && writers.get(b).size() == 1;
    return between ? writers.get(b).getFirst() : -1;
  }

  /** Row-major, and all of its buffer. */
  private boolean isWhole(View v) {
    return v.isDense()
        && v.offset() == 0
        && v.count() * v.dtype().bytes() == buffers.get(v.buffer()).bytes();
  }

  private static View matrix(View v, long rows, long columns) {
    return View.dense(v.buffer(), v.dtype(), List.of(rows, columns));
  }

  /**
   * For each row of the buffer that is gathered into the row of the other buffer that it is; null
   * when rows of that length are cut or not all are written.
   */
  private int[] picked(Step.Gather g, long length) {
    if (!isRows(g.from(), length) || !isRows(g.to(), length)) {
      return null;
    }
    TreeMap<Long, Long> rows = new TreeMap<>();
    long perRow = g.to().count() / length / Math.max(1, g.to().size(0));
    for (int i = 0; i < g.rows().count(); i++) {
      for (long j = 0; j < perRow; j++) {
        rows.put(row(g.to(), i, j, length), row(g.from(), g.rows().index()[i], j, length));
      }
    }
    long all = buffers.get(g.to().buffer()).bytes() / g.to().dtype().bytes() / length;
    return rows.size() == all ? rows.values().stream().mapToInt(Math::toIntExact).toArray() : null;
  }

  private static boolean isRows(View v, long length) {
    return v.size(-1) == length
        && v.stride(-1) == 1
        && v.offset() % length == 0
        && v.strides().subList(0, v.rank() - 1).stream().allMatch(s -> s % length == 0);
  }

  /** The row at an index of the first axis and one over the axes between it and the last. */
  private static long row(View v, long first, long index, long length) {
    long at = v.offset() + first * v.stride(0);
    long rest = index;
    for (int i = v.rank() - 2; i > 0; i--) {
      at += rest % v.size(i) * v.stride(i);
      rest /= v.size(i);
    }
    return at / length;
  }

  /** One step for two, in the place of the second. */
  private void replace(int first, int second, Step by) {
    steps.set(second, new Program.Task(steps.get(first).node(), by));
    steps.set(first, null);
  }
}
