package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Pools regions of x [N, C, H, W]; inputs x, rois [R, 4] as x₁, y₁, x₂, y₂, and for each the index
 * of its picture [R]. Each output element is the mean (or largest part) of bilinear samples spread
 * evenly over its bin. ONNX RoiAlign, opset 22.
 *
 * @param samplingRatio samples along each side of a bin; 0 for ⌈the bin's size⌉
 * @param spatialScale from the rois' coordinates to elements
 */
public record RoiAlign(
    Coordinates coordinateTransformationMode,
    Mode mode,
    long outputHeight,
    long outputWidth,
    long samplingRatio,
    float spatialScale)
    implements Op {
  /** Whether coordinates are shifted by half an element. */
  public enum Coordinates {
    HALF_PIXEL,
    OUTPUT_HALF_PIXEL
  }

  /** How a bin's samples become one element. */
  public enum Mode {
    AVG,
    MAX
  }

  /** The samples along one side of a region. */
  private record Side(double start, double bin, int samples) {
    double at(int index, int sample) {
      return start + bin * (index + (sample + 0.5) / samples);
    }
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = Check.rank(4, in, 0);
    Check.that(outputHeight > 0 && outputWidth > 0, "the output has no size");
    Dim rois = Check.rank(2, in, 1).dim(0);
    Shape out = Shape.of(rois, x.dim(1), Dim.of(outputHeight), Dim.of(outputWidth));
    return List.of(in.type(0).with(out));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    Tensor x = in.tensor(0);
    int height = Math.toIntExact(x.size(2));
    int width = Math.toIntExact(x.size(3));
    int channels = Math.toIntExact(x.size(1));
    double[] values = Reals.of(x);
    double[] rois = Reals.of(in.tensor(1));
    double[] y = new double[Math.toIntExact(type.shape().count())];
    Sampler sampler = new Sampler(new int[] {height, width}, Filter.LINEAR, Sampler.EDGE);
    int out = Math.toIntExact(outputHeight * outputWidth);
    for (int r = 0; r < rois.length / 4; r++) {
      Side across = side(rois[4 * r], rois[4 * r + 2], outputWidth);
      Side down = side(rois[4 * r + 1], rois[4 * r + 3], outputHeight);
      int picture = Math.toIntExact(Axes.index(in.tensor(2).integer(r), x.size(0)));
      for (int c = 0; c < channels; c++) {
        int plane = (picture * channels + c) * height * width;
        for (int i = 0; i < out; i++) {
          int row = i / (int) outputWidth;
          int column = i % (int) outputWidth;
          y[(r * channels + c) * out + i] =
              bin(values, plane, sampler, down, row, height, across, column, width);
        }
      }
    }
    return List.of(Reals.to(type, y));
  }

  private Side side(double from, double to, long bins) {
    boolean shifted = coordinateTransformationMode == Coordinates.HALF_PIXEL;
    double start = from * spatialScale - (shifted ? 0.5 : 0);
    double end = to * spatialScale - (shifted ? 0.5 : 0);
    double length = shifted ? end - start : Math.max(end - start, 1);
    double bin = length / bins;
    return new Side(start, bin, (int) (samplingRatio > 0 ? samplingRatio : Math.ceil(bin)));
  }

  private double bin(
      double[] x,
      int plane,
      Sampler sampler,
      Side down,
      int row,
      int height,
      Side across,
      int column,
      int width) {
    double sum = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < down.samples; i++) {
      for (int j = 0; j < across.samples; j++) {
        double v = down.at(row, i);
        double h = across.at(column, j);
        if (v < -1 || v > height || h < -1 || h > width) {
          most = Math.max(most, 0);
          continue;
        }
        sampler.at(Math.clamp(v, 0, height - 1), Math.clamp(h, 0, width - 1));
        sum += sampler.value(x, plane);
        for (int t = 0; t < sampler.taps(); t++) {
          most = Math.max(most, sampler.part(x, plane, t));
        }
      }
    }
    int samples = down.samples * across.samples;
    return mode == Mode.AVG ? sum / Math.max(samples, 1) : samples == 0 ? 0 : most;
  }
}
