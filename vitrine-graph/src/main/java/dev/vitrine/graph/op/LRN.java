package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Local response normalisation of x [N, C, spatial…]: x / (bias + alpha/size · Σ x²)^beta, the sum
 * over {@code size} neighbouring channels. ONNX LRN, opset 13.
 */
public record LRN(float alpha, float beta, float bias, long size) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Check.atLeast(2, in, 0);
    Check.that(size > 0, "size is %s", size);
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Shape shape = in.shape(0);
    double[] x = Reals.of(in.tensor(0));
    double[] y = new double[x.length];
    int channels = Math.toIntExact(shape.size(1));
    int inner = Math.toIntExact(shape.count(2, shape.rank()));
    for (int i = 0; i < x.length; i++) {
      int c = i / inner % channels;
      long from = Math.max(0, c - (size - 1) / 2);
      long to = Math.min(channels - 1, c + size / 2);
      double squares = 0;
      for (long n = from; n <= to; n++) {
        double v = x[i + (int) (n - c) * inner];
        squares += v * v;
      }
      y[i] = x[i] / Math.pow(bias + alpha / (double) size * squares, beta);
    }
    return List.of(Reals.to(in.type(0), y));
  }
}
