package dev.vitrine.graph.op;

/** Divides by the p-norm along an axis; zeros stay zeros. ONNX LpNormalization, opset 22. */
public record LpNormalization(long axis, long p) implements Normaliser {
  @Override
  public void apply(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += Math.pow(Math.abs(v), p);
    }
    double norm = Math.pow(sum, 1.0 / p);
    for (int i = 0; i < x.length && norm != 0; i++) {
      x[i] /= norm;
    }
  }
}
