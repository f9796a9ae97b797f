package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * The largest element of each bin of regions of x [N, C, H, W]; rois [R, 5] are the picture's index
 * and x₁, y₁, x₂, y₂, both ends included. An empty bin gives 0. ONNX MaxRoiPool, opset 22.
 */
public record MaxRoiPool(List<Long> pooledShape, float spatialScale) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = Check.rank(4, in, 0);
    Dim rois = Check.rank(2, in, 1).dim(0);
    Check.that(pooledShape.size() == 2, "pooled_shape is %s", pooledShape);
    Dim height = Dim.of(pooledShape.get(0));
    return List.of(in.type(0).with(Shape.of(rois, x.dim(1), height, Dim.of(pooledShape.get(1)))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    Shape shape = in.shape(0);
    double[] x = Reals.of(in.tensor(0));
    double[] rois = Reals.of(in.tensor(1));
    double[] y = new double[Math.toIntExact(type.shape().count())];
    int rows = Math.toIntExact(pooledShape.get(0));
    int columns = Math.toIntExact(pooledShape.get(1));
    int channels = Math.toIntExact(shape.size(1));
    int width = Math.toIntExact(shape.size(3));
    for (int i = 0; i < y.length; i++) {
      int r = i / (channels * rows * columns);
      int c = i / (rows * columns) % channels;
      long picture = Axes.index((long) rois[5 * r], shape.size(0));
      int plane = (int) (picture * channels + c) * Math.toIntExact(shape.count(2, 4));
      int[] h = bin(rois[5 * r + 2], rois[5 * r + 4], i / columns % rows, rows, shape.size(2));
      int[] w = bin(rois[5 * r + 1], rois[5 * r + 3], i % columns, columns, shape.size(3));
      double most = Double.NEGATIVE_INFINITY;
      for (int row = h[0]; row < h[1]; row++) {
        for (int column = w[0]; column < w[1]; column++) {
          most = Math.max(most, x[plane + row * width + column]);
        }
      }
      y[i] = h[0] < h[1] && w[0] < w[1] ? most : 0;
    }
    return List.of(Reals.to(type, y));
  }

  /** From where to where a bin reaches. */
  private int[] bin(double from, double to, int i, int bins, long size) {
    double start = Math.round(from * spatialScale);
    double length = Math.max(Math.round(to * spatialScale) - start + 1, 1) / bins;
    return new int[] {
      Math.clamp((long) (Math.floor(i * length) + start), 0, (int) size),
      Math.clamp((long) (Math.ceil((i + 1) * length) + start), 0, (int) size)
    };
  }
}
