package dev.vitrine.compiler.simplify;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import java.util.TreeMap;

/** What a Slice takes along an axis: element i is element {@code start + i·step} of the input. */
record Strided(long start, long step) {
  /** By axis, for a Slice with constant bounds on axes of known size; else null. */
  static TreeMap<Integer, Strided> of(Node slice) {
    for (int i = 1; i < slice.inputs().size(); i++) {
      if (slice.input(i) != null && !slice.input(i).isConstant()) {
        return null;
      }
    }
    if (!slice.input(0).type().isKnown() || !slice.output().type().isKnown()) {
      return null;
    }
    Shape from = slice.input(0).shape();
    long[] starts = slice.input(1).constant().toLongs();
    TreeMap<Integer, Strided> out = new TreeMap<>();
    for (int i = 0; i < starts.length; i++) {
      long axis = slice.input(3) == null ? i : slice.input(3).constant().integer(i);
      long step = slice.input(4) == null ? 1 : slice.input(4).constant().integer(i);
      Dim size = from.dim((int) axis);
      if (!size.isStatic() || slice.output().shape().dim((int) axis).is(0)) {
        return null;
      }
      long n = size.size();
      long start = starts[i] < 0 ? starts[i] + n : starts[i];
      out.put(from.axis(axis), new Strided(Math.clamp(start, 0, n - 1), step));
    }
    return out;
  }

  /** What this takes of what {@code first} took. */
  Strided after(Strided first) {
    return new Strided(first.start + start * first.step, first.step * step);
  }
}
