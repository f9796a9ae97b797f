package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.Arrays;
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
    Tensor roi = in.has(1) ? in.tensor(1) : null;
    Tensor scales = in.has(2) ? in.tensor(2) : null;
    Tensor sizes = in.has(3) ? in.tensor(3) : null;
    Interpolation[] axes = interpolations(shape, type.shape(), roi, scales, sizes);
    boolean[][] outside = new boolean[shape.rank()][];
    Shape now = shape;
    for (int axis = 0; axis < axes.length; axis++) {
      if (axes[axis] != null) {
        outside[axis] = axes[axis].outside();
        x = axes[axis].apply(x, Math.toIntExact(now.count(axis + 1, now.rank())));
        now = now.with(axis, type.shape().dim(axis));
      }
    }
    if (coordinateTransformationMode == Coordinates.TF_CROP_AND_RESIZE) {
      blank(x, type.shape(), outside);
    }
    return List.of(Reals.to(type, x));
  }

  /**
   * What happens along each axis of x; null for an axis that stays as it is.
   *
   * @param out the result's shape
   * @param roi needed when cropping
   * @param scales null when there are sizes
   */
  public Interpolation[] interpolations(
      Shape x, Shape out, Tensor roi, Tensor scales, Tensor sizes) {
    int[] at = axes(x);
    boolean cropped = coordinateTransformationMode == Coordinates.TF_CROP_AND_RESIZE;
    boolean common = sizes != null && keepAspectRatioPolicy != AspectRatio.STRETCH;
    double scale =
        common ? commonScale(x, at, Arrays.stream(sizes.toLongs()).mapToObj(Dim::of).toList()) : 0;
    Interpolation[] result = new Interpolation[x.rank()];
    for (int i = 0; i < at.length; i++) {
      long size = x.size(at[i]);
      long length = out.size(at[i]);
      double exact = common ? scale * size : sizes != null ? length : scales.real(i) * size;
      if (cropped || length != size || exact != size) {
        double start = cropped ? roi.real(i) : 0;
        double end = cropped ? roi.real(i + at.length) : 1;
        result[at[i]] = Interpolation.of(this, size, length, exact, start, end);
      }
    }
    return result;
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
