package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * The discrete Fourier transform along an axis of x […, 1 or 2], whose last axis holds real or
 * complex numbers; optionally the length to cut or pad to, and the axis (the last but one). ONNX
 * DFT, opset 20.
 *
 * @param onesided only the first half of the frequencies; the inverse makes real numbers of those
 */
public record DFT(boolean inverse, boolean onesided) implements Op {
  private static int axis(Inputs in) {
    Shape x = Check.atLeast(2, in, 0);
    int axis = x.axis(in.has(2) ? in.tensor(2).integer(0) : -2);
    Check.that(axis < x.rank() - 1, "the axis of real and imaginary parts has no transform");
    return axis;
  }

  private Dim length(Inputs in, int axis) {
    if (in.has(1)) {
      return in.sizes(1, 1).getFirst();
    }
    Dim size = in.shape(0).dim(axis);
    return inverse && onesided ? size.minus(Dim.of(1)).times(Dim.of(2)) : size;
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    int axis = axis(in);
    Dim length = length(in, axis);
    Check.that(!length.isStatic() || length.size() > 0, "the length is %s", length);
    Dim count = onesided && !inverse ? length.floorDividedBy(2).plus(Dim.of(1)) : length;
    Shape out = in.shape(0).with(axis, count).with(-1, Dim.of(onesided && inverse ? 1 : 2));
    return List.of(in.type(0).with(out));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor y = Tensor.zeros(infer(in).getFirst());
    int axis = axis(in);
    int length = Math.toIntExact(length(in, axis).size());
    int parts = Math.toIntExact(x.size(-1));
    Lines from = new Lines(numbers(x.shape()), axis);
    Lines to = new Lines(numbers(y.shape()), axis);
    int given = Math.toIntExact(from.length());
    for (long line = 0; line < from.count(); line++) {
      double[] re = new double[onesided && inverse ? length : given];
      double[] im = new double[re.length];
      for (int i = 0; i < Math.min(given, re.length); i++) {
        re[i] = x.real(from.at(line, i) * parts);
        im[i] = parts == 2 ? x.real(from.at(line, i) * parts + 1) : 0;
      }
      if (onesided && inverse) {
        mirror(re, im);
      }
      int count = Math.toIntExact(to.length());
      double[][] out = Fourier.transform(re, im, length, count, inverse);
      int kept = Math.toIntExact(y.size(-1));
      for (int i = 0; i < count * kept; i++) {
        y.set(to.at(line, i / kept) * kept + i % kept, out[i % kept][i / kept]);
      }
    }
    return List.of(y);
  }

  /** The shape without the axis of real and imaginary parts. */
  private static Shape numbers(Shape x) {
    return new Shape(x.dims().subList(0, x.rank() - 1));
  }

  /** Fills the second half of a real signal's spectrum from the first. */
  private static void mirror(double[] re, double[] im) {
    im[0] = 0;
    for (int i = re.length / 2 + 1; i < re.length; i++) {
      re[i] = re[re.length - i];
      im[i] = -im[re.length - i];
    }
    if (re.length % 2 == 0) {
      im[re.length / 2] = 0;
    }
  }
}
