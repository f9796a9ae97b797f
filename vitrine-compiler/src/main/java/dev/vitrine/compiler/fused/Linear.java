package dev.vitrine.compiler.fused;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * activation(x · weight + bias) + residual.
 *
 * <p>Inputs: x[…, K], weight[K, N], optional bias[N], optional residual of the result's shape […,
 * N]; all of x's floating type. x has rank 1 or more.
 */
public record Linear(Activation activation) implements Op {
  public static final int X = 0;
  public static final int WEIGHT = 1;
  public static final int BIAS = 2;
  public static final int RESIDUAL = 3;

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = in.shape(X);
    Shape weight = in.shape(WEIGHT);
    if (x.rank() < 1 || weight.rank() != 2) {
      throw new GraphException("takes x[…, K] and weight[K, N], not " + x + " and " + weight);
    }
    Checks.same("the rows of the weight and the last axis of x", weight.dim(0), x.dim(-1));
    Dim columns = weight.dim(1);
    if (in.has(BIAS)) {
      Checks.shape("bias", Shape.of(columns), in.shape(BIAS));
    }
    Shape out = x.with(-1, columns);
    if (in.has(RESIDUAL)) {
      Checks.shape("residual", out, in.shape(RESIDUAL));
    }
    return List.of(in.type(X).with(out));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(X);
    double[] weight = Checks.reals(in.tensor(WEIGHT));
    int depth = Math.toIntExact(in.tensor(WEIGHT).size(0));
    int columns = Math.toIntExact(in.tensor(WEIGHT).size(1));
    Tensor out = Tensor.zeros(x.dtype(), x.shape().with(-1, Dim.of(columns)));
    double[] row = new double[columns];
    for (long r = 0, at = 0; at < out.count(); r++) {
      for (int n = 0; n < columns; n++) {
        row[n] = in.has(BIAS) ? in.tensor(BIAS).real(n) : 0;
      }
      for (int k = 0; k < depth; k++) {
        double v = x.real(r * depth + k);
        for (int n = 0; n < columns; n++) {
          row[n] += v * weight[k * columns + n];
        }
      }
      for (int n = 0; n < columns; n++, at++) {
        out.set(
            at, activation.apply(row[n]) + (in.has(RESIDUAL) ? in.tensor(RESIDUAL).real(at) : 0));
      }
    }
    return List.of(out);
  }
}
