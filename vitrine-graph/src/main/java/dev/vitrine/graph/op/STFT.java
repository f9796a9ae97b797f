package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Fourier transforms of frames of a signal [N, length, 1 or 2]; further inputs: the step from frame
 * to frame, an optional window, and an optional frame length. Gives [N, frames, frequencies, 2].
 * ONNX STFT, opset 17.
 *
 * @param onesided only the first half of the frequencies
 */
public record STFT(boolean onesided) implements Op {
  private static long frame(Inputs in) {
    Check.that(in.has(2) || in.has(3), "there is neither a window nor a frame length");
    return in.has(3) ? in.tensor(3).integer(0) : in.shape(2).size(0);
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape signal = Check.rank(3, in, 0);
    long step = in.tensor(1).integer(0);
    long frame = frame(in);
    Check.that(step > 0 && frame > 0, "frames of %s every %s", frame, step);
    Dim frames = signal.dim(1).minus(Dim.of(frame)).floorDividedBy(step).plus(Dim.of(1));
    Check.that(!frames.isStatic() || frames.size() >= 0, "a frame of %s is too long", frame);
    Dim count = Dim.of(onesided ? frame / 2 + 1 : frame);
    return List.of(in.type(0).with(Shape.of(signal.dim(0), frames, count, Dim.of(2))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor y = Tensor.zeros(infer(in).getFirst());
    Tensor signal = in.tensor(0);
    int step = Math.toIntExact(in.tensor(1).integer(0));
    int length = Math.toIntExact(frame(in));
    int parts = Math.toIntExact(signal.size(2));
    int count = Math.toIntExact(y.size(2));
    for (long f = 0; f < y.size(0) * y.size(1); f++) {
      long start = f / y.size(1) * signal.size(1) + f % y.size(1) * step;
      double[] re = new double[length];
      double[] im = new double[length];
      for (int i = 0; i < length; i++) {
        double window = !in.has(2) ? 1 : i < in.tensor(2).count() ? in.tensor(2).real(i) : 0;
        re[i] = window * signal.real((start + i) * parts);
        im[i] = parts == 2 ? window * signal.real((start + i) * parts + 1) : 0;
      }
      double[][] out = Fourier.transform(re, im, length, count, false);
      for (int k = 0; k < count; k++) {
        y.set((f * count + k) * 2, out[0][k]);
        y.set((f * count + k) * 2 + 1, out[1][k]);
      }
    }
    return List.of(y);
  }
}
