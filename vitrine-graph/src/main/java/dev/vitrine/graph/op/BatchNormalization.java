package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * (x − mean) / √(variance + ε) · scale + bias by channel of x [N, C, spatial…]; inputs x, scale,
 * bias, mean, variance. In training mode mean and variance are the batch's own, and two further
 * outputs give momentum · the inputs + (1 − momentum) · those. ONNX BatchNormalization, opset 15.
 */
public record BatchNormalization(float epsilon, float momentum, boolean trainingMode)
    implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Rows.checkChannels(in, 1, 2, 3, 4);
    return List.of(in.type(0), in.type(3), in.type(4));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Shape shape = in.shape(0);
    double[] x = Reals.of(in.tensor(0));
    double[] scale = Reals.of(in.tensor(1));
    double[] shift = Reals.of(in.tensor(2));
    double[] mean = Reals.of(in.tensor(3));
    double[] variance = Reals.of(in.tensor(4));
    double[] runningMean = mean.clone();
    double[] runningVariance = variance.clone();
    if (trainingMode) {
      moments(x, Math.toIntExact(Rows.from(shape, 2).count()), mean, variance);
      for (int c = 0; c < mean.length; c++) {
        runningMean[c] = runningMean[c] * momentum + mean[c] * (1 - momentum);
        runningVariance[c] = runningVariance[c] * momentum + variance[c] * (1 - momentum);
      }
    }
    for (int c = 0; c < mean.length; c++) {
      scale[c] /= Math.sqrt(variance[c] + epsilon);
      mean[c] = -mean[c];
    }
    Shape row = Rows.from(shape, 1);
    Rows.shift(x, row, mean, Rows.channels(shape));
    Rows.scale(x, row, scale, Rows.channels(shape));
    Rows.shift(x, row, shift, Rows.channels(shape));
    return List.of(
        Reals.to(in.type(0), x),
        Reals.to(in.type(3), runningMean),
        Reals.to(in.type(4), runningVariance));
  }

  /** Mean and variance of each channel of x [N, channels, inner]. */
  private static void moments(double[] x, int inner, double[] mean, double[] variance) {
    int channels = mean.length;
    double count = (double) x.length / channels;
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (int at = c * inner; at < x.length; at += channels * inner) {
        for (int i = at; i < at + inner; i++) {
          sum += x[i];
        }
      }
      mean[c] = sum / count;
      double squares = 0;
      for (int at = c * inner; at < x.length; at += channels * inner) {
        for (int i = at; i < at + inner; i++) {
          squares += (x[i] - mean[c]) * (x[i] - mean[c]);
        }
      }
      variance[c] = squares / count;
    }
  }
}
