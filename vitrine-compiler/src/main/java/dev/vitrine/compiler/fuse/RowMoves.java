package dev.vitrine.compiler.fuse;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.Identity;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Squeeze;
import dev.vitrine.graph.op.Transpose;
import dev.vitrine.graph.op.Unsqueeze;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.LongStream;

/**
 * The nodes between a value and the one value that all its elements come from, where they move rows
 * and compute nothing. A row is the source's last axis.
 */
record RowMoves(Value source, Value result, SequencedSet<Node> nodes) {
  /**
   * The move of rows within each of so many pictures.
   *
   * @param rows of a picture of the source
   * @param picked for each row of a picture of the result, the row of the same picture of the
   *     source
   */
  record Plan(Dim pictures, Dim rows, long[] picked) {}

  /** Null unless there is one source, of rank 3 or more and with rows of fixed width. */
  static RowMoves into(Value result) {
    SequencedSet<Node> nodes = new LinkedHashSet<>();
    Value[] source = new Value[1];
    if (!collect(result, nodes, source) || source[0] == null) {
      return null;
    }
    Value x = source[0];
    boolean suits =
        x.type().isKnown()
            && result.type().isKnown()
            && x.shape().rank() >= 3
            && x.shape().dim(-1).isStatic();
    return suits ? new RowMoves(x, result, nodes) : null;
  }

  static boolean isMove(Node n) {
    return switch (n.op()) {
      case Reshape _, Squeeze _, Unsqueeze _, Transpose _, Concat _, Identity _ -> true;
      case Slice _ -> n.inputs().stream().skip(1).allMatch(v -> v == null || v.isConstant());
      case Gather g -> n.input(1).isConstant() && n.input(1).shape().rank() == 1;
      default -> false;
    };
  }

  /** Adds the nodes above a value, producers first; false when there are two sources. */
  private static boolean collect(Value v, SequencedSet<Node> nodes, Value[] source) {
    Node n = v.producer();
    if (n == null || !isMove(n)) {
      boolean first = source[0] == null || source[0] == v;
      source[0] = v;
      return first && !v.isConstant();
    }
    if (!nodes.contains(n)) {
      List<Value> data = n.op() instanceof Concat ? n.inputs() : List.of(n.input(0));
      for (Value in : data) {
        if (!collect(in, nodes, source)) {
          return false;
        }
      }
      nodes.add(n);
    }
    return true;
  }

  /** Whether there is more to it than a Gather of rows between reshapes. */
  boolean isMoving() {
    long gathers = nodes.stream().filter(n -> n.op() instanceof Gather).count();
    long others =
        nodes.stream()
            .filter(
                n ->
                    n.op() instanceof Transpose
                        || n.op() instanceof Slice
                        || n.op() instanceof Concat)
            .count();
    return others > 0 || gathers > 1;
  }

  /** Null when rows are not moved whole, or not alike in every picture. */
  Plan plan() {
    Plan outer = plan(source.shape().dim(0));
    return outer != null ? outer : plan(result.shape().dim(0));
  }

  private Plan plan(Dim pictures) {
    Shape s = source.shape();
    Dim rows = new Shape(s.dims().subList(0, s.rank() - 1)).product().dividedBy(pictures);
    if (rows == null || !rows.isStatic()) {
      return null;
    }
    long[] picked = picked(pictures, pictures.isStatic() ? pictures.size() : 1, rows.size());
    boolean alike =
        picked != null
            && (pictures.isStatic() || Arrays.equals(picked, picked(pictures, 2, rows.size())));
    return alike ? new Plan(pictures, rows, picked) : null;
  }

  private long[] picked(Dim pictures, long n, long rows) {
    Map<Value, Tensor> at = new HashMap<>();
    Shape from = shape(source, pictures, n);
    if (from == null) {
      return null;
    }
    at.put(source, Tensor.i64(from, LongStream.range(0, rows * n).toArray()));
    for (Node node : nodes) {
      Tensor t = moved(node, at, pictures, n);
      if (t == null) {
        return null;
      }
      at.put(node.output(), t);
    }
    long[] all = at.get(result).toLongs();
    if (all.length % n != 0) {
      return null;
    }
    long[] first = Arrays.copyOf(all, Math.toIntExact(all.length / n));
    for (int i = 0; i < all.length; i++) {
      if (all[i] != first[i % first.length] + i / first.length * rows) {
        return null;
      }
    }
    return first;
  }

  /** A node's result for an index in place of each row; null when it takes rows apart. */
  private Tensor moved(Node n, Map<Value, Tensor> at, Dim pictures, long times) {
    List<Tensor> in = new ArrayList<>();
    n.inputs().forEach(v -> in.add(v == null ? null : v.isConstant() ? v.constant() : at.get(v)));
    Tensor x = in.getFirst();
    int last = x.rank() - 1;
    switch (n.op()) {
      case Reshape _, Squeeze _, Unsqueeze _, Identity _ -> {
        Shape to = shape(n.output(), pictures, times);
        return to == null || to.count() != x.count() ? null : x.reshape(to);
      }
      case Transpose t -> {
        if (t.perm().isEmpty() || t.perm().getLast() != last) {
          return null;
        }
      }
      case Slice _ -> {
        boolean rowsKept = n.output().shape().dim(-1).equals(n.input(0).shape().dim(-1));
        if (!rowsKept || n.input(3) == null && n.input(1).constant().count() > last) {
          return null;
        }
      }
      case Gather g -> {
        if (x.shape().axis(g.axis()) == last) {
          return null;
        }
      }
      default -> {}
    }
    return Evaluator.evaluate(n, in).getFirst();
  }

  /**
   * A value's shape with a row in the place of its elements, for so many pictures; null when rows
   * are cut.
   */
  private Shape shape(Value v, Dim pictures, long n) {
    if (!v.type().isKnown() || v.shape().rank() == 0) {
      return null;
    }
    List<Dim> dims = new ArrayList<>();
    for (Dim d : v.shape().dims()) {
      Dim per = d.isStatic() ? null : d.dividedBy(pictures);
      if (!d.isStatic() && (per == null || !per.isStatic())) {
        return null;
      }
      dims.add(d.isStatic() ? d : per.times(Dim.of(n)));
    }
    Dim rows = dims.getLast().dividedBy(source.shape().dim(-1));
    if (rows == null) {
      return null;
    }
    dims.set(dims.size() - 1, rows);
    return new Shape(dims);
  }
}
