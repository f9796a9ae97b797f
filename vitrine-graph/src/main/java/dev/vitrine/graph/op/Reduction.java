package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * A function of all elements along some axes. Inputs: the tensor and, optionally, the axes; without
 * them all axes are reduced, or none if {@code noopWithEmptyAxes}.
 */
interface Reduction extends Op {
  /** Whether reduced axes stay, of size 1. */
  boolean keepdims();

  boolean noopWithEmptyAxes();

  double apply(double[] x);

  /** As above for integers and bool; the default is by way of double. */
  default long apply(long[] x, DType dtype) {
    double[] real = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      real[i] = x[i];
    }
    return (long) apply(real);
  }

  private int[] axes(Inputs in) {
    boolean none = !in.has(1) || in.shape(1).product().is(0);
    if (none) {
      return noopWithEmptyAxes() ? new int[0] : Axes.all(in.rank(0));
    }
    return Axes.resolve(in.ints(1), in.rank(0));
  }

  @Override
  default List<TensorType> infer(Inputs in) {
    return List.of(in.type(0).with(reduced(in.shape(0), axes(in), keepdims())));
  }

  /** The shape without the axes, or with size 1 in their place. */
  static Shape reduced(Shape shape, int[] axes, boolean keepdims) {
    List<Dim> out = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      if (!Axes.contains(axes, i)) {
        out.add(shape.dim(i));
      } else if (keepdims) {
        out.add(Dim.of(1));
      }
    }
    return new Shape(out);
  }

  @Override
  default List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    int[] axes = axes(in);
    long[] sizes = x.shape().sizes();
    long[] strides = Strides.of(sizes);
    Tensor out = Tensor.zeros(x.dtype(), reduced(x.shape(), axes, keepdims()));
    long count = 1;
    long[] kept = sizes.clone();
    long[] folded = new long[axes.length];
    long[] foldedStrides = new long[axes.length];
    for (int i = 0; i < axes.length; i++) {
      folded[i] = sizes[axes[i]];
      foldedStrides[i] = strides[axes[i]];
      kept[axes[i]] = 1;
      count = Math.multiplyExact(count, folded[i]);
    }
    Cursor outer = new Cursor(kept, strides);
    Cursor inner = new Cursor(folded, foldedStrides);
    double[] reals = x.dtype().isFloat() ? new double[length(count)] : null;
    long[] longs = x.dtype().isFloat() ? null : new long[length(count)];
    for (long i = 0, n = out.count(); i < n; i++, outer.next()) {
      for (int k = 0; k < count; k++, inner.next()) {
        if (reals != null) {
          reals[k] = x.real(outer.of(0) + inner.of(0));
        } else {
          longs[k] = x.integer(outer.of(0) + inner.of(0));
        }
      }
      if (reals != null) {
        out.set(i, apply(reals));
      } else {
        out.set(i, apply(longs, x.dtype()));
      }
    }
    return List.of(out);
  }

  private static int length(long count) {
    Check.that(
        count <= Integer.MAX_VALUE - 8, "reduces more elements than fit in memory: %s", count);
    return (int) count;
  }
}
