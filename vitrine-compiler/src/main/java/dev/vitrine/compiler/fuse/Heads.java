package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Rearrangement;
import dev.vitrine.compiler.rewrite.Rearrangement.Factor;
import dev.vitrine.compiler.rewrite.Views;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * An operand of attention traced back to where heads lie side by side: a value of shape [batch…,
 * tokens…, columns], of whose columns {@code heads · depth} from {@code start} on are the
 * operand's.
 */
record Heads(
    Value source, Dim batch, Dim tokens, long heads, long depth, long start, double scale) {
  /** The operand's last two axes. */
  enum Order {
    TOKENS_DEPTH,
    DEPTH_TOKENS
  }

  /**
   * Goes back over views, parts and products with single numbers as far as that leads to such a
   * value, rather one that needs no reshaping; null when it leads to none.
   */
  static Heads trace(Value operand, Order order) {
    List<Value> steps = new ArrayList<>();
    double scale = 1;
    Heads found = null;
    for (Value v = operand; ; ) {
      double by = Scalars.factor(v);
      if (!Double.isNaN(by)) {
        scale *= by;
        v = Scalars.other(v);
        continue;
      }
      Heads here = of(v, Rearrangement.of(v, steps), order, scale);
      if (here != null && (found == null || here.isFlat() || !found.isFlat())) {
        found = here;
      }
      if (!Rearrangement.isViewOrPart(v.producer())) {
        return found;
      }
      steps.addFirst(v);
      v = v.producer().input(0);
    }
  }

  private static Heads of(Value source, Rearrangement r, Order order, double scale) {
    int rank = r == null ? 0 : r.axes().size();
    if (rank < 3 || source.shape().rank() < 2) {
      return null;
    }
    boolean swapped = order == Order.DEPTH_TOKENS;
    List<Factor> depth = r.axes().get(swapped ? rank - 2 : rank - 1);
    List<Factor> tokens = r.axes().get(swapped ? rank - 1 : rank - 2);
    List<Factor> lead = r.axes().subList(0, rank - 2).stream().flatMap(List::stream).toList();
    List<Factor> columns = new ArrayList<>(r.source().getLast());
    Dim width = Rearrangement.size(columns);
    long start = 0;
    while (!columns.isEmpty() && r.fixed(columns.getFirst()) != null) {
      Factor part = columns.removeFirst();
      width = width.dividedBy(part.size());
      if (!width.isStatic()) {
        return null;
      }
      start += r.fixed(part) * width.size();
    }
    int heads = columns.size() - depth.size();
    if (heads < 0
        || heads > lead.size()
        || !columns.subList(heads, columns.size()).equals(depth)
        || !columns.subList(0, heads).equals(lead.subList(lead.size() - heads, lead.size()))) {
      return null;
    }
    List<Factor> rows = new ArrayList<>(lead.subList(0, lead.size() - heads));
    Dim batch = Rearrangement.size(rows);
    rows.addAll(tokens);
    List<List<Factor>> outer = r.source().subList(0, r.source().size() - 1);
    Dim h = Rearrangement.size(columns.subList(0, heads));
    Dim d = Rearrangement.size(depth);
    if (!outer.stream().flatMap(List::stream).toList().equals(rows)
        || !h.isStatic()
        || !d.isStatic()) {
      return null;
    }
    return new Heads(source, batch, Rearrangement.size(tokens), h.size(), d.size(), start, scale);
  }

  /** Whether the source has the shape [batch, tokens, columns]. */
  private boolean isFlat() {
    return source.shape().equals(flat());
  }

  private Shape flat() {
    return Shape.of(batch, tokens, source.shape().dim(-1));
  }

  /**
   * Adds what makes [batch, tokens, heads · depth] of the source; null when that can't be written.
   */
  Value write(Match m) {
    Value v = isFlat() ? source : Views.reshape(m, source, flat());
    long width = heads * depth;
    return v == null || flat().dim(2).is(width)
        ? v
        : m.add(new Slice(), v, m.ints(start), m.ints(start + width), m.ints(2));
  }
}
