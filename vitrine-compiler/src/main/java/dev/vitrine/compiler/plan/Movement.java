package dev.vitrine.compiler.plan;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Dropout;
import dev.vitrine.graph.op.Expand;
import dev.vitrine.graph.op.Flatten;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.Identity;
import dev.vitrine.graph.op.Pad;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Split;
import dev.vitrine.graph.op.Squeeze;
import dev.vitrine.graph.op.Tile;
import dev.vitrine.graph.op.Transpose;
import dev.vitrine.graph.op.Unsqueeze;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operations that only move elements: views where strides can tell them, copies where not. */
final class Movement implements Lowering {
  private final Values values;

  Movement(Values values) {
    this.values = values;
  }

  @Override
  public boolean lower(Node n) {
    return switch (n.op()) {
      case Identity _, Reshape _, Flatten _, Squeeze _, Unsqueeze _ -> reshape(n);
      case Dropout _ -> n.outputs().size() == 1 && reshape(n);
      case Cast c -> n.input(0).dtype() == c.to() && reshape(n);
      case Transpose t -> transpose(n, t);
      case Slice _ -> slice(n);
      case Split s -> split(n, s);
      case Gather g -> gather(n, g);
      case Expand _ -> define(n, values.view(n.input(0)).broadcast(Values.sizes(n.output())));
      case Tile _ -> tile(n);
      case Concat c -> concat(n, c);
      case Pad p -> pad(n, p);
      default -> false;
    };
  }

  private boolean define(Node n, View view) {
    values.define(n.output(), view);
    return true;
  }

  private boolean reshape(Node n) {
    return define(n, values.reshape(values.view(n.input(0)), Values.sizes(n.output())));
  }

  private boolean transpose(Node n, Transpose t) {
    // Not before it is read: what reads bytes may take them from before their lookup.
    values.defineLater(n.output(), () -> values.view(n.input(0)).transpose(order(n, t)));
    return true;
  }

  /** Which axis of the input each axis of the output is. */
  static List<Integer> order(Node n, Transpose t) {
    int rank = n.input(0).shape().rank();
    return IntStream.range(0, rank)
        .mapToObj(i -> t.perm().isEmpty() ? rank - 1 - i : n.input(0).shape().axis(t.perm().get(i)))
        .toList();
  }

  private boolean slice(Node n) {
    Tensor starts = Values.constant(n, 1);
    Tensor ends = Values.constant(n, 2);
    Tensor axes = Values.constant(n, 3);
    Tensor steps = Values.constant(n, 4);
    if (starts == null
        || ends == null
        || (n.input(3) != null && axes == null)
        || (n.input(4) != null && steps == null)) {
      return false;
    }
    View x = values.view(n.input(0));
    for (int i = 0; i < starts.count(); i++) {
      int axis = n.input(0).shape().axis(axes == null ? i : axes.integer(i));
      // What it does to the axis's indices tells where it starts; its step is given.
      long[] picked =
          new Slice()
              .evaluate(
                  Inputs.of(
                      indices(x.size(axis)),
                      Tensor.ints(starts.integer(i)),
                      Tensor.ints(ends.integer(i)),
                      Tensor.ints(0),
                      Tensor.ints(steps == null ? 1 : steps.integer(i))))
              .getFirst()
              .toLongs();
      x =
          x.slice(
              axis,
              picked.length == 0 ? 0 : picked[0],
              steps == null ? 1 : steps.integer(i),
              picked.length);
    }
    return define(n, x);
  }

  private static Tensor indices(long size) {
    return Tensor.ints(LongStream.range(0, size).toArray());
  }

  private boolean split(Node n, Split s) {
    View x = values.view(n.input(0));
    int axis = n.input(0).shape().axis(s.axis());
    long start = 0;
    for (Value out : n.outputs()) {
      values.define(out, x.slice(axis, start, 1, out.shape().size(axis)));
      start += out.shape().size(axis);
    }
    return true;
  }

  /** Known indices: a view where they follow each other at a constant step, else a step. */
  private boolean gather(Node n, Gather g) {
    Tensor index = Values.constant(n, 1);
    if (index == null || index.count() == 0) {
      return false;
    }
    int axis = n.input(0).shape().axis(g.axis());
    long size = n.input(0).shape().size(axis);
    long[] at = LongStream.of(index.toLongs()).map(i -> i < 0 ? i + size : i).toArray();
    if (LongStream.of(at).anyMatch(i -> i < 0 || i >= size)) {
      return false;
    }
    long step = at.length > 1 ? at[1] - at[0] : 1;
    View x = values.view(n.input(0));
    if (IntStream.range(0, at.length).allMatch(i -> at[i] == at[0] + i * step)) {
      return define(
          n, values.reshape(x.slice(axis, at[0], step, at.length), Values.sizes(n.output())));
    }
    // The axes of the indices as one, in front.
    View out = values.allocateDense(n.output()).merge(axis, axis + n.input(1).shape().rank());
    int[] rows = LongStream.of(at).mapToInt(Math::toIntExact).toArray();
    values.add(new Step.Gather(x.move(axis, 0), new Rows(rows), out.move(axis, 0)));
    return true;
  }

  private boolean tile(Node n) {
    Tensor repeats = Values.constant(n, 1);
    if (repeats == null) {
      return false;
    }
    // Both sides as [repeat, size, repeat, size …].
    View from = values.view(n.input(0));
    View to = values.allocate(n.output());
    List<Long> sizes = new ArrayList<>();
    for (int i = from.rank() - 1; i >= 0; i--) {
      to = to.split(i, repeats.integer(i), from.size(i));
      sizes.addFirst(from.size(i));
      sizes.addFirst(repeats.integer(i));
      from = from.insert(i);
    }
    values.add(new Step.Copy(from.broadcast(sizes), to));
    return true;
  }

  private boolean concat(Node n, Concat c) {
    int axis = n.output().shape().axis(c.axis());
    List<View> parts = n.inputs().stream().map(values::view).toList();
    View out =
        values.isStarted(n.output())
            ? values.view(n.output())
            : values.allocateLike(n.output(), parts.getFirst());
    long start = 0;
    for (View part : parts) {
      View to = out.slice(axis, start, 1, part.size(axis));
      if (part.count() > 0 && !part.equals(to)) {
        values.add(new Step.Copy(part, to));
      }
      start += part.size(axis);
    }
    return true;
  }

  private boolean pad(Node n, Pad p) {
    Tensor pads = Values.constant(n, 1);
    Tensor axes = Values.constant(n, 3);
    Tensor value = Values.constant(n, 2);
    if (p.mode() != Pad.Mode.CONSTANT
        || pads == null
        || (n.input(2) != null && value == null)
        || (n.input(3) != null && axes == null)
        || !Values.isF32(n.output())) {
      return false;
    }
    View from = values.view(n.input(0));
    View out = values.allocateLike(n.output(), from);
    View to = out;
    int count = Math.toIntExact(pads.count() / 2);
    for (int i = 0; i < count; i++) {
      int axis = n.output().shape().axis(axes == null ? i : axes.integer(i));
      long before = pads.integer(i);
      long after = pads.integer(count + i);
      long kept = Math.max(0, from.size(axis) + Math.min(0, before) + Math.min(0, after));
      from = from.slice(axis, Math.max(0, -before), 1, kept);
      to = to.slice(axis, Math.max(0, before), 1, kept);
    }
    if (to.count() < out.count()) {
      values.add(new Step.Fill(value == null ? 0 : (float) value.real(0), out));
    }
    if (to.count() > 0) {
      values.add(new Step.Copy(from, to));
    }
    return true;
  }
}
