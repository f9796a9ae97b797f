package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The transpose of a convolution: x [N, C, spatial…] by weight [C, M/group, kernel…] and an
 * optional bias [M]. Each input element adds its multiple of the kernel to the output. ONNX
 * ConvTranspose, opset 22.
 */
public record ConvTranspose(
    AutoPad autoPad,
    List<Long> dilations,
    long group,
    List<Long> kernelShape,
    List<Long> outputPadding,
    List<Long> outputShape,
    List<Long> pads,
    List<Long> strides)
    implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = Check.atLeast(3, in, 0);
    Shape w = Check.rank(x.rank(), in, 1);
    Check.that(group > 0, "group is %s", group);
    Check.same(x.dim(1), w.dim(0), "the channels differ");
    List<Dim> out = new ArrayList<>(List.of(x.dim(0), w.dim(1).times(Dim.of(group))));
    Sliding sliding = sliding(w);
    for (int i = 0; i < x.rank() - 2; i++) {
      out.add(size(x.dim(i + 2), sliding, i));
    }
    return List.of(in.type(0).with(new Shape(out)));
  }

  private Sliding sliding(Shape weight) {
    List<Long> kernel = Sliding.kernel(kernelShape, weight);
    int rank = weight.rank() - 2;
    Check.that(kernel.size() == rank, "kernel_shape %s doesn't fit %s", kernel, weight);
    Check.that(outputShape.isEmpty() || outputShape.size() >= rank, "output_shape is too short");
    Check.that(
        outputPadding.isEmpty() || outputPadding.size() == rank, "output_padding is too short");
    return new Sliding(autoPad, kernel, strides, dilations, pads, false);
  }

  /** What padding would be cut from when the output is as long as can be: factor·size + rest. */
  private long rest(Sliding s, int i) {
    long extra = outputPadding.isEmpty() ? 0 : outputPadding.get(i);
    return s.dilations().get(i) * (s.kernel().get(i) - 1) + 1 + extra - s.strides().get(i);
  }

  private Dim size(Dim in, Sliding s, int i) {
    int rank = s.kernel().size();
    Dim scaled = in.times(Dim.of(s.strides().get(i)));
    if (!outputShape.isEmpty()) {
      return Dim.of(outputShape.get(outputShape.size() - rank + i));
    } else if (autoPad == AutoPad.SAME_UPPER || autoPad == AutoPad.SAME_LOWER) {
      return scaled;
    }
    long pad = s.pads().get(i) + s.pads().get(i + rank);
    Dim size = scaled.plus(Dim.of(rest(s, i) - pad));
    Check.that(!size.isStatic() || size.size() > 0, "pads %s leave nothing of the output", pads);
    return size;
  }

  /** Windows over the output, one for each input element. */
  private Window window(Sliding s, Shape x, Shape out) {
    int rank = s.kernel().size();
    long[][] axes = new long[rank][];
    for (int i = 0; i < rank; i++) {
      long begin = s.pads().get(i);
      boolean isSame = autoPad == AutoPad.SAME_UPPER || autoPad == AutoPad.SAME_LOWER;
      if (isSame || !outputShape.isEmpty()) {
        long total = Math.max(0, x.size(i + 2) * s.strides().get(i) + rest(s, i) - out.size(i + 2));
        begin = autoPad == AutoPad.SAME_UPPER ? total / 2 : total - total / 2;
      }
      long stride = s.strides().get(i);
      long dilation = s.dilations().get(i);
      axes[i] =
          new long[] {
            out.size(i + 2), x.size(i + 2), s.kernel().get(i), stride, dilation, begin, 0
          };
    }
    return Window.of(axes);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor w = in.tensor(1);
    TensorType type = infer(in).getFirst();
    Window window = window(sliding(w.shape()), x.shape(), type.shape());
    double[] y = new double[Math.toIntExact(type.shape().count())];
    int channels = Math.toIntExact(x.size(1));
    int filters = Math.toIntExact(type.shape().size(1));
    scatter(Reals.of(x), Reals.of(w), y, channels, filters, window);
    if (in.has(2)) {
      Convolution.addBias(y, in.tensor(2), type.shape());
    }
    return List.of(Reals.to(type, y));
  }

  private void scatter(double[] x, double[] w, double[] y, int channels, int filters, Window over) {
    int groups = Math.toIntExact(group);
    int taps = over.taps();
    int in = over.positions();
    int out = over.inputs();
    int m = filters / groups;
    int c = channels / groups;
    int[] at = new int[taps];
    for (int i = 0; i < in; i++) {
      over.taps(i, at);
      for (int plane = 0; plane < x.length / in; plane++) {
        double value = x[plane * in + i];
        int channel = plane % channels;
        for (int f = 0; f < m; f++) {
          int to = (plane / channels * filters + channel / c * m + f) * out;
          for (int t = 0; t < taps; t++) {
            if (at[t] >= 0) {
              y[to + at[t]] += value * w[(channel * m + f) * taps + t];
            }
          }
        }
      }
    }
  }
}
