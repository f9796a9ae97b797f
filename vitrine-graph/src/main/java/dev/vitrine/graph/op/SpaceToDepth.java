package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Blocks of {@code blocksize²} pixels of an NCHW tensor become channels. ONNX SpaceToDepth, opset
 * 28.
 */
public record SpaceToDepth(long blocksize, Blocks mode) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = Check.rank(4, in, 0);
    Dim b = Dim.of(blocksize);
    return List.of(
        in.type(0)
            .with(
                Shape.of(
                    s.dim(0),
                    s.dim(1).times(b).times(b),
                    Blocks.parts(s.dim(2), b),
                    Blocks.parts(s.dim(3), b))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Shape out = infer(in).getFirst().shape();
    long b = blocksize;
    long c = x.size(1);
    long w = x.size(3);
    long image = x.shape().count(1, 4);
    long plane = x.shape().count(2, 4);
    Tensor moved =
        switch (mode) {
          case DCR ->
              Strides.gather(
                  x,
                  0,
                  new long[] {image, w, 1, plane, b * w, b},
                  Shape.of(x.size(0), b, b, c, out.size(2), out.size(3)));
          case CRD ->
              Strides.gather(
                  x,
                  0,
                  new long[] {image, plane, w, 1, b * w, b},
                  Shape.of(x.size(0), c, b, b, out.size(2), out.size(3)));
        };
    return List.of(moved.reshape(out));
  }
}
