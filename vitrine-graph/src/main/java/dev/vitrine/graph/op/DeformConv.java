package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Convolution whose taps are moved: x [N, C, H, W], weight [M, C/group, kh, kw], offset [N,
 * offsetGroup·kh·kw·2, out…] (down, then across), an optional bias [M] and an optional factor for
 * each tap, mask [N, offsetGroup·kh·kw, out…]. Between elements x is interpolated, outside it is 0.
 * ONNX DeformConv, opset 22.
 */
public record DeformConv(
    List<Long> dilations,
    long group,
    List<Long> kernelShape,
    long offsetGroup,
    List<Long> pads,
    List<Long> strides)
    implements Op {
  private Convolution convolution() {
    return new Convolution(AutoPad.NOTSET, dilations, group, kernelShape, pads, strides);
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Check.rank(4, in, 0);
    Shape out = convolution().shape(in, 0, 1);
    Shape offset = Check.rank(4, in, 2);
    Dim channels = in.shape(0).dim(1);
    Check.that(
        offsetGroup > 0 && (!channels.isStatic() || channels.size() % offsetGroup == 0),
        "%s channels don't make %s offset groups",
        channels,
        offsetGroup);
    Dim taps = in.shape(1).dim(2).times(in.shape(1).dim(3)).times(Dim.of(offsetGroup));
    Check.same(offset.dim(1), taps.times(Dim.of(2)), "the offsets' channels");
    Check.same(offset.dim(2), out.dim(2), "the offsets' height");
    Check.same(offset.dim(3), out.dim(3), "the offsets' width");
    return List.of(in.type(0).with(out));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    Shape shape = in.shape(0);
    Window window = convolution().over(shape, in.shape(1));
    int n = Math.toIntExact(shape.size(0));
    int channels = Math.toIntExact(shape.size(1));
    int taps = window.taps();
    int out = window.positions();
    double[] columns = columns(in, window);
    // Every tap of every channel is now at hand: what remains is a 1×1 convolution.
    int filters = Math.toIntExact(in.shape(1).size(0));
    Shape gathered = Shape.of(n, (long) channels * taps, out);
    Shape weight = Shape.of(filters, channels / group * taps, 1);
    var product =
        new Convolution(AutoPad.NOTSET, List.of(), group, List.of(1L), List.of(), List.of());
    double[] y = product.run(columns, gathered, Reals.of(in.tensor(1)), weight);
    if (in.has(3)) {
      Convolution.addBias(y, in.tensor(3), type.shape());
    }
    return List.of(Reals.to(type, y));
  }

  /** What each tap of each window sees: [N, C·taps, positions]. */
  private double[] columns(Inputs in, Window window) {
    double[] x = Reals.of(in.tensor(0));
    Tensor offset = in.tensor(2);
    int channels = Math.toIntExact(in.shape(0).size(1));
    int perGroup = channels / Math.toIntExact(offsetGroup);
    int taps = window.taps();
    int out = window.positions();
    int planes = x.length / window.inputs();
    double[] columns = new double[Math.multiplyExact(Math.multiplyExact(planes, taps), out)];
    Sampler sampler = new Sampler(window.in(), Filter.LINEAR, Sampler.ZERO);
    for (int position = 0; position < out; position++) {
      int[] start = window.start(position);
      for (int t = 0; t < taps; t++) {
        double down = start[0] + t / window.kernel()[1] * window.dilations()[0];
        double across = start[1] + t % window.kernel()[1] * window.dilations()[1];
        for (int g = 0; g < planes / perGroup; g++) {
          long at = ((long) g * taps + t) * out + position;
          long pair = ((long) g * taps + t) * 2 * out + position;
          sampler.at(down + offset.real(pair), across + offset.real(pair + out));
          double factor = in.has(4) ? in.tensor(4).real(at) : 1;
          for (int plane = g * perGroup; plane < (g + 1) * perGroup; plane++) {
            columns[(plane * taps + t) * out + position] =
                factor * sampler.value(x, plane * window.inputs());
          }
        }
      }
    }
    return columns;
  }
}
