package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Interpolation along axes: x, an optional roi (starts, then ends, in parts of each axis), and
 * either scales or sizes, one for each of {@code axes} (all when empty). ONNX Resize, opset 19.
 *
 * @param antialias widens linear and cubic filters when an axis shrinks
 * @param cubicCoeffA the free parameter of the cubic filter
 * @param excludeOutside gives no weight to what lies outside instead of repeating the edge
 * @param extrapolationValue for samples outside the input in mode {@code TF_CROP_AND_RESIZE}
 */
public record Resize(
    boolean antialias,
    List<Long> axes,
    Coordinates coordinateTransformationMode,
    float cubicCoeffA,
    boolean excludeOutside,
    float extrapolationValue,
    AspectRatio keepAspectRatioPolicy,
    Mode mode,
    Nearest nearestMode)
    implements Op {

  /** Which point of the input an output element stands for. */
  public enum Coordinates {
    HALF_PIXEL,
    /** Half pixel, centred when a scale doesn't give a whole size. */
    HALF_PIXEL_SYMMETRIC,
    /** Half pixel, and the first element when the output has one. */
    PYTORCH_HALF_PIXEL,
    ALIGN_CORNERS,
    ASYMMETRIC,
    /** Half a pixel without the shift back: of opset 11 only. */
    TF_HALF_PIXEL_FOR_NN,
    /** Between the corners of the roi. */
    TF_CROP_AND_RESIZE
  }

  /** How sizes are taken. */
  public enum AspectRatio {
    STRETCH,
    NOT_LARGER,
    NOT_SMALLER
  }

  /** The filter. */
  public enum Mode {
    NEAREST,
    LINEAR,
    CUBIC
  }

  /** Which neighbour is nearest. */
  public enum Nearest {
    ROUND_PREFER_FLOOR,
    ROUND_PREFER_CEIL,
    FLOOR,
    CEIL
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = in.shape(0);
    int[] at = axes(x);
    Shape out = x;
    if (in.has(3)) {
      List<Dim> sizes = in.sizes(3, at.length);
      Check.that(sizes.size() == at.length, "%s sizes for %s axes", sizes.size(), at.length);
      boolean stretch = keepAspectRatioPolicy == AspectRatio.STRETCH;
      boolean fixed = x.isStatic() && new Shape(sizes).isStatic();
      double scale = stretch || !fixed ? 0 : commonScale(x, at, sizes);
      for (int i = 0; i < at.length; i++) {
        Dim kept = fixed ? Dim.of((long) (scale * x.size(at[i]) + 0.5)) : in.fresh(i);
        out = out.with(at[i], stretch ? sizes.get(i) : kept);
      }
    } else if (!in.isKnown(2)) {
      for (int i = 0; i < at.length; i++) {
        out = out.with(at[i], in.fresh(i));
      }
    } else {
      float[] scales = in.tensor(2).toFloats();
      Check.that(scales.length == at.length, "%s scales for %s axes", scales.length, at.length);
      for (int i = 0; i < at.length; i++) {
        out = out.with(at[i], scaled(x.dim(at[i]), scales[i]));
      }
    }
    return List.of(in.type(0).with(out));
  }

  private int[] axes(Shape x) {
    return axes.isEmpty() ? Axes.all(x.rank()) : axes.stream().mapToInt(x::axis).toArray();
  }

  private double commonScale(Shape x, int[] at, List<Dim> sizes) {
    var scales =
        IntStream.range(0, at.length)
            .mapToDouble(i -> (double) sizes.get(i).size() / x.size(at[i]));
    return keepAspectRatioPolicy == AspectRatio.NOT_LARGER
        ? scales.min().orElse(1)
        : scales.max().orElse(1);
  }

  private static Dim scaled(Dim size, float scale) {
    Check.that(scale > 0 && scale < 1e9f, "a scale is %s", scale);
    if (size.isStatic()) {
      return Dim.of((long) (size.size() * scale));
    }
    if (scale == Math.rint(scale)) {
      return size.times(Dim.of((long) scale));
    } else if (1 / scale == Math.rint(1 / scale)) {
      return size.floorDividedBy((long) (1 / scale));
    }
    return Dim.of("⌊" + size + "/" + 1 / scale + "⌋");
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    Shape shape = in.shape(0);
    double[] x = Reals.of(in.tensor(0));
    int[] at = axes(shape);
    boolean cropped = coordinateTransformationMode == Coordinates.TF_CROP_AND_RESIZE;
    double[] roi = cropped ? Reals.of(in.tensor(1)) : null;
    boolean bySizes = in.has(3);
    double common =
        bySizes && keepAspectRatioPolicy != AspectRatio.STRETCH
            ? commonScale(shape, at, in.dims(3))
            : 0;
    boolean[][] outside = new boolean[shape.rank()][];
    Shape now = shape;
    for (int i = 0; i < at.length; i++) {
      long size = shape.size(at[i]);
      long length = type.shape().size(at[i]);
      double exact =
          common != 0 ? common * size : bySizes ? length : in.tensor(2).real(i) * size;
      if (!cropped && length == size && exact == size) {
        continue;
      }
      double start = cropped ? roi[i] : 0;
      double end = cropped ? roi[i + at.length] : 1;
      var axis = Interpolation.of(this, size, length, exact, start, end);
      outside[at[i]] = axis.outside();
      x = axis.apply(x, Math.toIntExact(now.count(at[i] + 1, now.rank())));
      now = now.with(at[i], Dim.of(length));
    }
    if (cropped) {
      blank(x, type.shape(), outside);
    }
    return List.of(Reals.to(type, x));
  }

  /** Sets every element that is outside along some axis to the extrapolation value. */
  private void blank(double[] y, Shape shape, boolean[][] outside) {
    int inner = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      int n = Math.toIntExact(shape.size(axis));
      for (int i = 0; i < y.length && outside[axis] != null; i++) {
        if (outside[axis][i / inner % n]) {
          y[i] = extrapolationValue;
        }
      }
      inner *= n;
    }
  }
}
