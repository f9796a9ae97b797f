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
 * Samples x [N, C, spatial…] at the points of grid [N, out…, axes]. A point's coordinates are in
 * −1…1, those of the last axis first. ONNX GridSample, opset 22.
 *
 * @param alignCorners whether ±1 are the centres of the corner elements rather than their far edges
 */
public record GridSample(boolean alignCorners, Mode mode, Padding paddingMode) implements Op {
  /** The filter. */
  public enum Mode {
    LINEAR,
    NEAREST,
    CUBIC
  }

  /** What lies outside: nothing, the edge, or the input mirrored at its borders. */
  public enum Padding {
    ZEROS,
    BORDER,
    REFLECTION
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = Check.atLeast(3, in, 0);
    Shape grid = Check.rank(x.rank(), in, 1);
    Check.same(grid.dim(-1), Dim.of(x.rank() - 2), "a grid point's coordinates");
    List<Dim> out = new ArrayList<>(List.of(x.dim(0), x.dim(1)));
    out.addAll(grid.dims().subList(1, grid.rank() - 1));
    return List.of(in.type(0).with(new Shape(out)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    Shape shape = in.shape(0);
    double[] x = Reals.of(in.tensor(0));
    double[] grid = Reals.of(in.tensor(1));
    int axes = shape.rank() - 2;
    int[] sizes = new int[axes];
    for (int axis = 0; axis < axes; axis++) {
      sizes[axis] = Math.toIntExact(shape.size(axis + 2));
    }
    Filter filter = mode == Mode.CUBIC ? Filter.cubic(-0.75) : Filter.LINEAR;
    Sampler sampler = new Sampler(sizes, filter, this::beyond);
    int channels = Math.toIntExact(shape.size(1));
    int points = Math.toIntExact(type.shape().count(2, type.shape().rank()));
    double[] y = new double[Math.toIntExact(type.shape().count())];
    double[] point = new double[axes];
    for (int i = 0; i < grid.length / axes; i++) {
      for (int axis = 0; axis < axes; axis++) {
        point[axis] = inside(scaled(grid[(i + 1) * axes - 1 - axis], sizes[axis]), sizes[axis]);
      }
      sampler.at(point);
      for (int c = 0; c < channels; c++) {
        int plane = i / points * channels + c;
        y[plane * points + i % points] = sampler.value(x, plane * sampler.inputs());
      }
    }
    return List.of(Reals.to(type, y));
  }

  /** A coordinate in −1…1 as one in elements. */
  private double scaled(double at, int size) {
    return alignCorners ? (at + 1) / 2 * (size - 1) : ((at + 1) * size - 1) / 2;
  }

  private double inside(double at, int size) {
    double v = mode == Mode.NEAREST ? Math.rint(at) : at;
    // A cubic filter still sees the edge where the point is outside, as it does in PyTorch.
    int margin = paddingMode == Padding.ZEROS || mode == Mode.CUBIC ? 4 : 0;
    return switch (paddingMode) {
      case ZEROS, BORDER -> Math.clamp(v, -margin, size - 1 + margin);
      case REFLECTION -> reflected(v, size);
    };
  }

  private int beyond(int index, int axis, int size) {
    return switch (paddingMode) {
      case ZEROS -> Sampler.ZERO.resolve(index, axis, size);
      case BORDER -> Sampler.EDGE.resolve(index, axis, size);
      case REFLECTION -> Math.clamp((long) reflected(index, size), 0, size - 1);
    };
  }

  private double reflected(double at, int size) {
    double least = alignCorners ? 0 : -0.5;
    double span = alignCorners ? size - 1 : size;
    if (span == 0) {
      return 0;
    }
    double over = Math.abs(at - least) % (2 * span);
    return least + (over > span ? 2 * span - over : over);
  }
}
