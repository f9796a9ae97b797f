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
 * A grid for {@link GridSample}: theta [N, axes, axes + 1] applied to the centres of an image of
 * size [N, C, spatial…], the second input, in coordinates −1…1. ONNX AffineGrid, opset 20.
 *
 * @param alignCorners whether ±1 are the centres of the corner elements rather than their far edges
 */
public record AffineGrid(boolean alignCorners) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Check.rank(3, in, 0);
    List<Dim> size = in.sizes(1);
    int axes = size.size() - 2;
    Check.that(axes == 2 || axes == 3, "an affine grid has 2 or 3 axes, not %s", axes);
    Check.same(in.shape(0).dim(1), Dim.of(axes), "theta's rows");
    Check.same(in.shape(0).dim(2), Dim.of(axes + 1), "theta's columns");
    List<Dim> out = new ArrayList<>(size);
    out.remove(1);
    out.add(Dim.of(axes));
    return List.of(in.type(0).with(new Shape(out)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    double[] theta = Reals.of(in.tensor(0));
    long[] sizes = in.ints(1);
    int axes = sizes.length - 2;
    int points = Math.toIntExact(type.shape().count(1, axes + 1));
    double[] y = new double[Math.toIntExact(type.shape().count())];
    double[] point = new double[axes + 1];
    point[axes] = 1;
    for (int i = 0; i < y.length / axes; i++) {
      int rest = i % points;
      for (int axis = 0; axis < axes; axis++) {
        int size = Math.toIntExact(sizes[sizes.length - 1 - axis]);
        point[axis] = centre(rest % size, size);
        rest /= size;
      }
      for (int row = 0; row < axes; row++) {
        for (int k = 0; k <= axes; k++) {
          y[i * axes + row] += theta[(i / points * axes + row) * (axes + 1) + k] * point[k];
        }
      }
    }
    return List.of(Reals.to(type, y));
  }

  private double centre(int i, int size) {
    if (alignCorners) {
      return size == 1 ? 0 : 2.0 * i / (size - 1) - 1;
    }
    return (2.0 * i + 1) / size - 1;
  }
}
