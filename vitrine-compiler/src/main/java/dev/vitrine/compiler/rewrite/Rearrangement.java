package dev.vitrine.compiler.rewrite;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Flatten;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.Identity;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Split;
import dev.vitrine.graph.op.Squeeze;
import dev.vitrine.graph.op.Transpose;
import dev.vitrine.graph.op.Unsqueeze;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the elements of a value are among those of another that it was made from by reshaping,
 * transposing and selecting. The source's axes are cut into factors so fine that every step only
 * regroups them, puts them in another order, or fixes one of them at an index.
 */
public final class Rearrangement {
  /** A factor of an axis; compared by identity. Factors of size 1 are left out. */
  public static final class Factor {
    private final Dim size;

    private Factor(Dim size) {
      this.size = size;
    }

    public Dim size() {
      return size;
    }
  }

  private final Shape from;
  private Shape shape;
  private final List<List<Factor>> source = new ArrayList<>();
  private List<List<Factor>> axes = new ArrayList<>();
  private final Map<Factor, Long> fixed = new IdentityHashMap<>();

  private Rearrangement(Shape from) {
    this.from = from;
    shape = from;
    for (Dim d : from.dims()) {
      List<Factor> axis = d.is(1) ? List.of() : List.of(new Factor(d));
      source.add(new ArrayList<>(axis));
      axes.add(new ArrayList<>(axis));
    }
  }

  /**
   * Follows a chain of nodes.
   *
   * @param steps what each node of the chain gives; the first reads the source by its first input,
   *     each further one the value before it, or that value scaled
   * @return null when a step is of another kind, doesn't divide, or has an unknown shape
   */
  public static Rearrangement of(Value source, List<Value> steps) {
    if (!source.type().isKnown() || source.shape().dims().stream().anyMatch(d -> d.is(0))) {
      return null;
    }
    Rearrangement r = new Rearrangement(source.shape());
    for (Value v : steps) {
      if (!v.type().isKnown() || !r.step(v.producer(), v)) {
        return null;
      }
      r.shape = v.shape();
    }
    return r;
  }

  /** Whether a node's first output holds all elements of its first input. */
  public static boolean isView(Node n) {
    return n != null
        && switch (n.op()) {
          case Reshape _, Transpose _, Squeeze _, Unsqueeze _, Flatten _, Identity _ -> true;
          default -> false;
        };
  }

  /** As {@link #isView}, or it takes a part of its input along an axis. */
  public static boolean isViewOrPart(Node n) {
    return isView(n)
        || n != null
            && switch (n.op()) {
              case Gather _, Slice _, Split _ -> true;
              default -> false;
            };
  }

  private boolean step(Node n, Value out) {
    return switch (n.op()) {
      case Identity _ -> true;
      case Reshape _, Squeeze _, Unsqueeze _, Flatten _ -> reshape(out.shape());
      case Transpose t -> {
        List<List<Factor>> old = axes;
        axes = new ArrayList<>();
        if (t.perm().isEmpty()) {
          axes.addAll(old.reversed());
        }
        t.perm().forEach(i -> axes.add(old.get(shape.axis(i))));
        yield true;
      }
      case Gather g -> gather(g, n.input(1));
      case Split s -> {
        int axis = shape.axis(s.axis());
        Dim start = Dim.of(0);
        for (Value part : n.outputs()) {
          if (part == out) {
            break;
          }
          start = start.plus(part.shape().dim(axis));
        }
        yield start.isStatic() && select(axis, start.size(), out.shape().dim(axis));
      }
      case Slice _ -> slice(n, out.shape());
      default -> false;
    };
  }

  private boolean gather(Gather g, Value indices) {
    int axis = shape.axis(g.axis());
    if (!indices.isConstant() || indices.constant().count() != 1 || indices.shape().rank() > 1) {
      return false;
    }
    long i = indices.constant().integer(0);
    if (!shape.dim(axis).isStatic()) {
      return false;
    }
    boolean done = select(axis, i < 0 ? i + shape.size(axis) : i, Dim.of(1));
    if (done && indices.shape().rank() == 0) {
      axes.remove(axis);
    }
    return done;
  }

  private boolean slice(Node n, Shape to) {
    for (int i = 1; i < n.inputs().size(); i++) {
      if (n.input(i) != null && !n.input(i).isConstant()) {
        return false;
      }
    }
    long[] starts = n.input(1).constant().toLongs();
    for (int i = 0; i < starts.length; i++) {
      if (n.input(4) != null && n.input(4).constant().integer(i) != 1) {
        return false;
      }
      int axis = shape.axis(n.input(3) == null ? i : n.input(3).constant().integer(i));
      Dim part = to.dim(axis);
      if (part.equals(shape.dim(axis))) {
        continue;
      }
      if (!shape.dim(axis).isStatic()
          || !select(axis, starts[i] < 0 ? starts[i] + shape.size(axis) : starts[i], part)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Elements {@code start} to {@code start + part} of an axis, where they are one of equal parts.
   */
  private boolean select(int axis, long start, Dim part) {
    Dim parts = part.is(0) ? null : shape.dim(axis).dividedBy(part);
    if (parts == null || !part.isStatic() || start % part.size() != 0) {
      return false;
    }
    List<List<Factor>> cut = group(axes.get(axis), List.of(parts, part));
    if (cut == null) {
      return false;
    }
    axes.set(axis, cut.get(1));
    long index = start / part.size();
    for (Factor f : cut.get(0).reversed()) {
      if (!f.size.isStatic()) {
        return false;
      }
      fixed.put(f, index % f.size.size());
      index /= f.size.size();
    }
    return true;
  }

  private boolean reshape(Shape to) {
    List<List<Factor>> grouped = group(axes.stream().flatMap(List::stream).toList(), to.dims());
    if (grouped == null) {
      return false;
    }
    axes = grouped;
    return true;
  }

  /** Distributes factors in order over axes of those sizes, cutting them where needed; or null. */
  private List<List<Factor>> group(List<Factor> factors, List<Dim> sizes) {
    List<Factor> left = new ArrayList<>(factors);
    List<List<Factor>> out = new ArrayList<>();
    for (Dim size : sizes) {
      List<Factor> axis = new ArrayList<>();
      for (Dim rest = size; !rest.is(1); ) {
        if (left.isEmpty()) {
          return null;
        }
        Factor f = left.removeFirst();
        Dim after = rest.dividedBy(f.size);
        if (after == null) {
          Dim inner = f.size.dividedBy(rest);
          if (inner == null) {
            return null;
          }
          Factor[] cut = {new Factor(rest), new Factor(inner)};
          replace(f, cut);
          left.addFirst(cut[1]);
          f = cut[0];
          after = Dim.of(1);
        }
        axis.add(f);
        rest = after;
      }
      out.add(axis);
    }
    return left.isEmpty() ? out : null;
  }

  private void replace(Factor f, Factor[] by) {
    for (List<List<Factor>> lists : List.of(source, axes)) {
      lists.replaceAll(
          l -> {
            List<Factor> out = new ArrayList<>();
            l.forEach(x -> out.addAll(x == f ? List.of(by) : List.of(x)));
            return out;
          });
    }
  }

  /** The source's shape. */
  public Shape from() {
    return from;
  }

  /** The value's shape. */
  public Shape to() {
    return shape;
  }

  /** The factors of each axis of the source, outermost first. */
  public List<List<Factor>> source() {
    return source;
  }

  /** The factors of each axis of the value. */
  public List<List<Factor>> axes() {
    return axes;
  }

  /** The index at which a factor of the source is fixed; null when the value runs over it. */
  public Long fixed(Factor f) {
    return fixed.get(f);
  }

  /** The product of factors' sizes. */
  public static Dim size(List<Factor> factors) {
    return factors.stream().map(Factor::size).reduce(Dim.of(1), Dim::times);
  }
}
