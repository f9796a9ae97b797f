package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a window slides over the spatial axes: what convolutions and pools have in common.
 *
 * @param pads at the beginning of each axis, then at the end of each
 * @param ceil whether a window that only starts inside the padded input counts
 */
record Sliding(
    AutoPad autoPad,
    List<Long> kernel,
    List<Long> strides,
    List<Long> dilations,
    List<Long> pads,
    boolean ceil) {

  /** Empty lists become ONNX's defaults. */
  Sliding {
    int rank = kernel.size();
    strides = orElse(strides, 1, rank, "strides");
    dilations = orElse(dilations, 1, rank, "dilations");
    pads = orElse(autoPad == AutoPad.NOTSET ? pads : List.of(), 0, 2 * rank, "pads");
    for (int i = 0; i < rank; i++) {
      Check.that(kernel.get(i) > 0, "kernel_shape %s has no size", kernel);
      Check.that(strides.get(i) > 0 && dilations.get(i) > 0, "strides and dilations start at 1");
    }
  }

  private static List<Long> orElse(List<Long> given, long value, int n, String name) {
    Check.that(given.isEmpty() || given.size() == n, "%s needs %s numbers, not %s", name, n, given);
    return given.isEmpty() ? Collections.nCopies(n, value) : given;
  }

  /** The spatial dimensions of a shape as kernel sizes. */
  static List<Long> kernel(List<Long> stated, Shape weight) {
    if (!stated.isEmpty()) {
      return stated;
    }
    return weight.dims().subList(2, weight.rank()).stream().map(Dim::size).toList();
  }

  /** The shape for an input [N, C, spatial…]: the same with so many channels and windows. */
  Shape out(Shape x, Dim channels) {
    Check.that(x.rank() == kernel.size() + 2, "input %s doesn't fit kernel_shape %s", x, kernel);
    List<Dim> out = new ArrayList<>(List.of(x.dim(0), channels));
    for (int i = 0; i < kernel.size(); i++) {
      out.add(positions(x.dim(i + 2), i));
    }
    return new Shape(out);
  }

  /** ⌊(size + extra) / stride⌋ for a number that says how windows, padding and rounding add up. */
  private Dim positions(Dim size, int i) {
    long stride = strides.get(i);
    Dim n = size.plus(Dim.of(extra(i, stride))).floorDividedBy(stride);
    Check.that(
        !n.isStatic() || n.size() > 0,
        "the window %s is larger than the input of %s",
        kernel,
        size);
    return n;
  }

  private long extra(int i, long stride) {
    if (isSame()) {
      return stride - 1;
    }
    long begin = pads.get(i);
    // What is left of the padding at the end when the first window has taken its part.
    long slack = pads.get(i + kernel.size()) - extent(i) + stride;
    // Rounding up, a window must start on the input or the padding before it.
    return ceil ? begin + Math.min(slack, 0) + stride - 1 : begin + slack;
  }

  private boolean isSame() {
    return autoPad == AutoPad.SAME_UPPER || autoPad == AutoPad.SAME_LOWER;
  }

  /** From the first to the last element that a window sees. */
  private long extent(int i) {
    return Math.addExact(Math.multiplyExact(dilations.get(i), kernel.get(i) - 1), 1);
  }

  /** The windows over a static input [N, C, spatial…]. */
  Window over(Shape x) {
    int rank = kernel.size();
    long[][] axes = new long[rank][];
    Shape out = out(x, x.dim(1));
    for (int i = 0; i < rank; i++) {
      long in = x.size(i + 2);
      long n = out.size(i + 2);
      long begin = pads.get(i);
      long end = pads.get(i + rank);
      if (isSame()) {
        long total = Math.max(0, (n - 1) * strides.get(i) + extent(i) - in);
        begin = autoPad == AutoPad.SAME_UPPER ? total / 2 : total - total / 2;
        end = total - begin;
      }
      axes[i] = new long[] {in, n, kernel.get(i), strides.get(i), dilations.get(i), begin, end};
    }
    return Window.of(axes);
  }
}
