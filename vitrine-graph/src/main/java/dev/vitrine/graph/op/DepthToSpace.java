package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Channels of an NCHW tensor become blocks of {@code blocksize²} pixels. ONNX DepthToSpace, opset
 * 13.
 */
public record DepthToSpace(long blocksize, Blocks mode) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = Check.rank(4, in, 0);
    Dim b = Dim.of(blocksize);
    Dim c = Blocks.parts(s.dim(1), b.times(b));
    return List.of(in.type(0).with(Shape.of(s.dim(0), c, s.dim(2).times(b), s.dim(3).times(b))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Shape out = infer(in).getFirst().shape();
    long n = x.size(0);
    long c = out.size(1);
    long h = x.size(2);
    long w = x.size(3);
    // Strides of [n, c, h, row in block, w, column in block] in x.
    long plane = h * w;
    long block = mode == Blocks.DCR ? c * plane : plane;
    long channel = mode == Blocks.DCR ? plane : blocksize * blocksize * plane;
    long[] strides = {x.shape().count(1, 4), channel, w, blocksize * block, 1, block};
    return List.of(
        Strides.gather(x, 0, strides, Shape.of(n, c, h, blocksize, w, blocksize)).reshape(out));
  }
}
