package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Triangular filters, evenly spaced on the mel scale, as a matrix [frequencies, filters]; inputs:
 * the number of filters, the length of the Fourier transform, the sample rate, and the lowest and
 * highest frequency in hertz. ONNX MelWeightMatrix, opset 17.
 */
public record MelWeightMatrix(DType outputDatatype) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    long filters = in.tensor(0).integer(0);
    long length = in.tensor(1).integer(0);
    Check.that(filters >= 0 && length >= 0, "%s filters for a length of %s", filters, length);
    return List.of(new TensorType(outputDatatype, Shape.of(length / 2 + 1, filters)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor out = Tensor.zeros(infer(in).getFirst());
    long filters = out.size(1);
    long[] edge = new long[Math.toIntExact(filters + 2)];
    double low = mel(in.tensor(3).real(0));
    double step = (mel(in.tensor(4).real(0)) - low) / edge.length;
    for (int i = 0; i < edge.length; i++) {
      double hertz = 700 * (Math.pow(10, (low + i * step) / 2595) - 1);
      edge[i] = (long) Math.floor((in.tensor(1).integer(0) + 1) * hertz / in.tensor(2).integer(0));
      Check.that(edge[i] >= 0 && edge[i] < out.size(0), "%s Hz is beyond the spectrum", hertz);
    }
    for (int f = 0; f < filters; f++) {
      long left = edge[f];
      long centre = edge[f + 1];
      long right = edge[f + 2];
      for (long i = left; i < centre; i++) {
        out.set(i * filters + f, (double) (i - left) / (centre - left));
      }
      for (long i = centre; i < Math.max(right, centre + 1); i++) {
        out.set(i * filters + f, i == centre ? 1 : (double) (right - i) / (right - centre));
      }
    }
    return List.of(out);
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }
}
