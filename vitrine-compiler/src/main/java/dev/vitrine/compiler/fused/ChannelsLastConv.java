package dev.vitrine.compiler.fused;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * A convolution over pictures that keep a pixel's channels together: activation(conv(x) + bias).
 *
 * <p>Inputs: x[B, H, W, C], weight[N, C/group, kernelH, kernelW] (ONNX's layout), optional bias[N].
 * Output: [B, H', W', N] with H' = ⌊(H + top + bottom − dilationH·(kernelH−1) − 1) / strideH⌋ + 1.
 *
 * @param strides down, across
 * @param pads top, left, bottom, right; zeros are read there
 * @param dilations down, across
 * @param group 1 for a full convolution, C for a depthwise one
 */
public record ChannelsLastConv(
    List<Long> strides, List<Long> pads, List<Long> dilations, long group, Activation activation)
    implements Op {
  public static final int X = 0;
  public static final int WEIGHT = 1;
  public static final int BIAS = 2;

  public ChannelsLastConv {
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
    if (strides.size() != 2 || pads.size() != 4 || dilations.size() != 2) {
      throw new GraphException("needs 2 strides, 4 pads and 2 dilations");
    }
    if (group < 1
        || strides.stream().anyMatch(s -> s < 1)
        || dilations.stream().anyMatch(d -> d < 1)
        || pads.stream().anyMatch(p -> p < 0)) {
      throw new GraphException("has a negative pad, or a stride, dilation or group below 1");
    }
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = in.shape(X);
    Shape weight = in.shape(WEIGHT);
    Checks.rank("x", x, 4);
    Checks.rank("weight", weight, 4);
    Checks.same(
        "the channels of x and of all groups of the weight",
        x.dim(3),
        weight.dim(1).times(Dim.of(group)));
    Checks.divided("output channels", weight.dim(0), group);
    if (in.has(BIAS)) {
      Checks.shape("bias", Shape.of(weight.dim(0)), in.shape(BIAS));
    }
    Dim height = out(0, x.dim(1), weight.size(2));
    Dim width = out(1, x.dim(2), weight.size(3));
    return List.of(in.type(X).with(Shape.of(x.dim(0), height, width, weight.dim(0))));
  }

  private Dim out(int axis, Dim size, long kernel) {
    long padding = Math.addExact(pads.get(axis), pads.get(axis + 2));
    long reach = Math.multiplyExact(dilations.get(axis), kernel - 1) + 1;
    Dim room = size.plus(Dim.of(padding - reach));
    if (room.isStatic() && room.size() < 0) {
      throw new GraphException("its kernel of " + kernel + " doesn't fit into " + size);
    }
    return room.floorDividedBy(strides.get(axis)).plus(Dim.of(1));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(X);
    Tensor weight = in.tensor(WEIGHT);
    Tensor out = Tensor.zeros(infer(in).getFirst());
    long columns = weight.size(0);
    long depth = weight.size(1);
    long at = 0;
    for (long b = 0; b < x.size(0); b++) {
      for (long y = 0; y < out.size(1); y++) {
        for (long z = 0; z < out.size(2); z++) {
          for (long n = 0; n < columns; n++) {
            long first = n / (columns / group) * depth;
            double sum = in.has(BIAS) ? in.tensor(BIAS).real(n) : 0;
            for (long kh = 0; kh < weight.size(2); kh++) {
              long row = y * strides.get(0) - pads.get(0) + kh * dilations.get(0);
              for (long kw = 0; kw < weight.size(3); kw++) {
                long column = z * strides.get(1) - pads.get(1) + kw * dilations.get(1);
                if (row < 0 || row >= x.size(1) || column < 0 || column >= x.size(2)) {
                  continue;
                }
                long pixel = ((b * x.size(1) + row) * x.size(2) + column) * x.size(3) + first;
                for (long c = 0; c < depth; c++) {
                  long w = ((n * depth + c) * weight.size(2) + kh) * weight.size(3) + kw;
                  sum += x.real(pixel + c) * weight.real(w);
                }
              }
            }
            out.set(at++, activation.apply(sum));
          }
        }
      }
    }
    return List.of(out);
  }
}
