package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;

/**
 * Which scale and zero point an element of a quantized tensor has: one for all, one for each index
 * along an axis, or one for each block along it.
 *
 * @param inner the elements of x for each step along the axis
 * @param size the axis's size
 * @param block elements along the axis that share a scale
 * @param shared whether what differs in the other axes shares a scale too
 * @param all whether there is one scale
 */
record Grain(int inner, int size, int block, boolean shared, boolean all) {

  /** Checks that the scale, input 1, and the zero point, input 2 if there, fit x, input 0. */
  static void check(Inputs in, long axis, long block) {
    Shape x = in.shape(0);
    Shape scale = in.shape(1);
    Check.that(block >= 0, "block_size is %s", block);
    if (block > 0) {
      Check.that(x.rank() == scale.rank(), "scale %s isn't blocks of %s", scale, x);
      for (int i = 0; i < x.rank() && x.isStatic() && scale.isStatic(); i++) {
        long blocks = i == x.axis(axis) ? Math.ceilDiv(x.size(i), block) : x.size(i);
        Check.that(scale.size(i) == blocks, "scale %s isn't blocks of %s", scale, x);
      }
    } else if (scale.rank() != 0 && !scale.equals(Shape.of(1))) {
      Check.same(Check.rank(1, in, 1).dim(0), x.dim(x.axis(axis)), "the scale's length differs");
    }
    if (in.has(2)) {
      Shape zero = in.shape(2);
      boolean same = !zero.isStatic() || !scale.isStatic() || zero.count() == scale.count();
      Check.that(same, "zero point %s and scale %s differ", zero, scale);
    }
  }

  static Grain of(Shape x, Shape scale, long axis, long block) {
    boolean all = scale.count() == 1 && block == 0;
    int at = all ? 0 : x.axis(axis);
    return new Grain(
        all ? 1 : Math.toIntExact(x.count(at + 1, x.rank())),
        all ? 1 : Math.toIntExact(x.size(at)),
        Math.max(1, Math.toIntExact(block)),
        block == 0,
        all);
  }

  /** The index of element i's scale. */
  int of(int i) {
    if (all) {
      return 0;
    }
    int along = i / inner % size;
    return shared
        ? along
        : (i / inner / size * Math.ceilDiv(size, block) + along / block) * inner + i % inner;
  }
}
