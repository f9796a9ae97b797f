package dev.vitrine.compiler.fuse;

import dev.vitrine.graph.Shape;
import dev.vitrine.graph.op.AutoPad;
import dev.vitrine.graph.op.Conv;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A convolution's attributes with the defaults written out.
 *
 * @param pads begins, then ends
 */
record ConvParameters(List<Long> strides, List<Long> pads, List<Long> dilations) {
  static boolean isExplicit(Conv c) {
    return c.autoPad() == AutoPad.NOTSET || c.autoPad() == AutoPad.VALID;
  }

  /** Null when padding depends on sizes that are not known. */
  static ConvParameters of(Conv c, Shape x, Shape weight) {
    int axes = x.rank() - 2;
    List<Long> strides = c.strides().isEmpty() ? Collections.nCopies(axes, 1L) : c.strides();
    List<Long> dilations = c.dilations().isEmpty() ? Collections.nCopies(axes, 1L) : c.dilations();
    if (isExplicit(c)) {
      boolean none = c.pads().isEmpty() || c.autoPad() == AutoPad.VALID;
      List<Long> pads = none ? Collections.nCopies(2 * axes, 0L) : c.pads();
      return new ConvParameters(strides, pads, dilations);
    }
    List<Long> begins = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    for (int i = 0; i < axes; i++) {
      if (!x.dim(i + 2).isStatic()) {
        return null;
      }
      long size = x.size(i + 2);
      long kernel = (weight.size(i + 2) - 1) * dilations.get(i) + 1;
      long out = Math.ceilDiv(size, strides.get(i));
      long total = Math.max(0, (out - 1) * strides.get(i) + kernel - size);
      long less = total / 2;
      begins.add(c.autoPad() == AutoPad.SAME_UPPER ? less : total - less);
      ends.add(c.autoPad() == AutoPad.SAME_UPPER ? total - less : less);
    }
    begins.addAll(ends);
    return new ConvParameters(strides, begins, dilations);
  }
}
