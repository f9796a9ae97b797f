package dev.vitrine.compiler.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gathers of rows that a neighbour does by the way, so that nothing is copied: a normalisation
 * reads its rows by the index, a product writes them by it. What is added to a product whose rows
 * are put elsewhere becomes its residual. Rows that are needed as codes alone are made codes by
 * what makes them.
 */
final class GatherFolding {
  private static final Scalar SUM =
      new Scalar.Binary(Scalar.Operator.ADD, new Scalar.Input(0), new Scalar.Input(1));

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
      switch (steps.get(i).step()) {
        case Step.Gather g -> folding.fold(i, g);
        case Step.QuantizeRows q -> folding.fold(i, q);
        case Step.Elementwise e when e.function().equals(SUM) -> folding.fold(i, e);
        default -> {}
      }
    }
    return folding.steps.stream().filter(t -> t != null).toList();
  }

  private void fold(int at, Step.Gather g) {
    int before = maker(g.from());
    if (before < 0) {
      return;
    }
    Step by =
        switch (steps.get(before).step()) {
          case Step.LayerNorm l when l.rows() == null && isWhole(l.out()) -> read(l, g);
          case Step.Product p
              when p.rows() == null
                  && p.residual() == null
                  && p.out().rank() == 2
                  && isWhole(p.out()) ->
              write(p, g);
          default -> null;
        };
    replace(before, at, by);
  }

  private Step read(Step.LayerNorm l, Step.Gather g) {
    View x = l.x().merge(0, l.x().rank() - 1);
    int[] picked = picked(g, l.out().size(-1));
    if (x == null || picked == null) {
      return null;
    }
    View out = matrix(g.to(), picked.length, l.out().size(-1));
    return new Step.LayerNorm(x, new Rows(picked), l.scale(), l.bias(), l.epsilon(), out);
  }

  private Step write(Step.Product p, Step.Gather g) {
    int[] picked = picked(g, p.out().size(-1));
    if (picked == null || picked.length != p.out().size(0)) {
      return null;
    }
    int[] goes = new int[picked.length];
    Arrays.fill(goes, -1);
    for (int i = 0; i < picked.length; i++) {
      if (goes[picked[i]] >= 0) {
        return null;
      }
      goes[picked[i]] = i;
    }
    View out = matrix(g.to(), picked.length, p.out().size(1));
    return new Step.Product(p.a(), p.b(), p.bias(), p.activation(), null, new Rows(goes), out);
  }

  /** A sum of a product whose rows went elsewhere and something that was there before. */
  private void fold(int at, Step.Elementwise e) {
    for (int i = 0; i < 2; i++) {
      View v = e.inputs().get(i);
      int before = maker(v);
      if (before >= 0
          && isWhole(v)
          && steps.get(before).step() instanceof Step.Product p
          && p.rows() != null
          && p.residual() == null) {
        List<Long> sizes = p.out().sizes();
        View residual = e.inputs().get(1 - i).reshape(sizes);
        View out = e.out().reshape(sizes);
        if (residual != null && out != null && residual.buffer() != v.buffer()) {
          Step by =
              new Step.Product(p.a(), p.b(), p.bias(), p.activation(), residual, p.rows(), out);
          replace(before, at, by);
          return;
        }
      }
    }
  }

  /** Rows that are only needed as codes. */
  private void fold(int at, Step.QuantizeRows q) {
    int before = maker(q.x());
    if (before < 0 || !isWhole(q.x())) {
      return;
    }
    View x = q.x();
    Step producer =
        switch (steps.get(before).step()) {
          case Step.LayerNorm l when isWhole(l.out()) && l.out().size(-1) == x.size(1) -> {
            View in = l.x().merge(0, l.x().rank() - 1);
            yield in == null
                ? null
                : new Step.LayerNorm(in, l.rows(), l.scale(), l.bias(), l.epsilon(), x);
          }
          case Step.QuantizedProduct p when p.out().equals(x) -> p;
          default -> null;
        };
    replace(before, at, producer == null ? null : new Step.Coded(producer, q.out(), q.given()));
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

  /** One step for two, in the place of the second; null changes nothing. */
  private void replace(int first, int second, Step by) {
    if (by == null) {
      return;
    }
    steps.set(second, new Program.Task(steps.get(first).node(), by));
    steps.set(first, null);
    by.writes().forEach(v -> writers.get(v.buffer()).replaceAll(i -> i == first ? second : i));
  }
}
