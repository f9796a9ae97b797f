package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What products and convolutions of quantized tensors share. All sums are exact in double. */
final class Quantized {
  private Quantized() {}

  /**
   * Input {@code x} minus its zero point, input {@code zero} if it is there.
   *
   * @param axis what a vector of zero points runs along
   */
  static double[] centred(Inputs in, int x, int zero, int axis) {
    double[] out = Reals.of(in.tensor(x));
    if (in.has(zero)) {
      int[] at = along(in.shape(zero), axis, in.shape(x));
      Tensor zeros = in.tensor(zero);
      for (int i = 0; i < out.length; i++) {
        out[i] -= zeros.real(at[i]);
      }
    }
    return out;
  }

  /** For each element of x, which of the scales or zero points of that shape it has. */
  static int[] along(Shape scales, int axis, Shape x) {
    if (scales.rank() != 1) {
      return Broadcast.indices(scales, x);
    } else if (scales.dim(0).is(1)) {
      return Broadcast.indices(Shape.SCALAR, x);
    }
    List<Dim> dims = new ArrayList<>(scales.dims());
    dims.addAll(Collections.nCopies(x.rank() - 1 - x.axis(axis), Dim.of(1)));
    return Broadcast.indices(new Shape(dims), x);
  }

  /** Multiplies by the scales of input {@code scales}, of which a vector runs along an axis. */
  static void scale(double[] y, Inputs in, int scales, int axis, Shape shape) {
    double[] by = Reals.of(in.tensor(scales));
    int[] at = along(in.shape(scales), axis, shape);
    for (int i = 0; i < y.length; i++) {
      y[i] *= by[at[i]];
    }
  }

  /** round(y / scale) + zero point, clamped to the type's range. */
  static Tensor quantize(double[] y, Inputs in, int scale, int zero, TensorType type) {
    double by = in.tensor(scale).real(0);
    double shift = in.has(zero) ? in.tensor(zero).real(0) : 0;
    double[] out = new double[y.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Reals.clamp(Math.rint(y[i] / by) + shift, type.dtype());
    }
    return Reals.to(type, out);
  }
}
