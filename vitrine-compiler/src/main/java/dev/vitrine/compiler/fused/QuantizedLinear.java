package dev.vitrine.compiler.fused;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * {@link Linear} of quantized operands: activation(scale · weight_scale · (q − zero) · weight +
 * bias) + residual.
 *
 * <p>Inputs: q u8[…, K], scale f32[…] and zero u8[…] for each row or scalars for all, weight s8[K,
 * N], weight_scale f32[N], optional bias f32[N], optional residual f32[…, N]. Output: f32[…, N].
 * Codes and weights must lie in the grade's ranges.
 *
 * <p>acc = Σ q·w − zero · Σ w in exact 32-bit integers; z = fma(float(acc), scale · weight_scale,
 * bias) with each operation rounded to float32; y = activation(z) + residual.
 */
public record QuantizedLinear(Activation activation, Grade grade) implements Op {
  public static final int Q = 0;
  public static final int SCALE = 1;
  public static final int ZERO = 2;
  public static final int WEIGHT = 3;
  public static final int WEIGHT_SCALE = 4;
  public static final int BIAS = 5;
  public static final int RESIDUAL = 6;

  /** The longest sum that can't leave 32 bits: 255 · 127 · 2¹⁶ < 2³¹. */
  public static final int DEEPEST = 1 << 16;

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape q = in.shape(Q);
    Shape weight = in.shape(WEIGHT);
    if (q.rank() < 1 || weight.rank() != 2) {
      throw new GraphException("takes q[…, K] and weight[K, N], not " + q + " and " + weight);
    }
    Checks.same("the rows of the weight and the last axis of q", weight.dim(0), q.dim(-1));
    if (weight.dim(0).isStatic() && weight.size(0) > DEEPEST) {
      throw new GraphException("sums over " + weight.dim(0) + "; at most " + DEEPEST + " fit");
    }
    Shape rows = new Shape(q.dims().subList(0, q.rank() - 1));
    Shape columns = Shape.of(weight.dim(1));
    Shape out = q.with(-1, weight.dim(1));
    typed(in, Q, "q", DType.U8, null);
    typed(in, SCALE, "scale", DType.F32, in.rank(SCALE) == 0 ? null : rows);
    typed(in, ZERO, "zero", DType.U8, in.rank(ZERO) == 0 ? null : rows);
    typed(in, WEIGHT, "weight", DType.I8, null);
    typed(in, WEIGHT_SCALE, "weight_scale", DType.F32, columns);
    if (in.has(BIAS)) {
      typed(in, BIAS, "bias", DType.F32, columns);
    }
    if (in.has(RESIDUAL)) {
      typed(in, RESIDUAL, "residual", DType.F32, out);
    }
    return List.of(new TensorType(DType.F32, out));
  }

  private static void typed(Inputs in, int i, String what, DType dtype, Shape shape) {
    if (in.dtype(i) != dtype) {
      throw new GraphException(what + " is " + in.dtype(i).text() + "; it needs " + dtype.text());
    }
    if (shape != null) {
      Checks.shape(what, shape, in.shape(i));
    }
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor q = in.tensor(Q);
    Tensor scale = in.tensor(SCALE);
    Tensor zero = in.tensor(ZERO);
    int depth = Math.toIntExact(in.tensor(WEIGHT).size(0));
    int columns = Math.toIntExact(in.tensor(WEIGHT).size(1));
    int[] weight = integers(in.tensor(WEIGHT), -grade.weight(), grade.weight(), "weight");
    int[] codes = integers(q, 0, grade.levels(), "code");
    float[] weightScale = in.tensor(WEIGHT_SCALE).toFloats();
    Tensor out = Tensor.zeros(DType.F32, q.shape().with(-1, Dim.of(columns)));
    int[] acc = new int[columns];
    for (int row = 0, at = 0; at < out.count(); row++) {
      int shift = (int) zero.integer(zero.rank() == 0 ? 0 : row);
      float by = (float) scale.real(scale.rank() == 0 ? 0 : row);
      Arrays.fill(acc, 0);
      for (int k = 0; k < depth; k++) {
        int code = codes[row * depth + k] - shift;
        for (int n = 0; n < columns; n++) {
          acc[n] += code * weight[k * columns + n];
        }
      }
      for (int n = 0; n < columns; n++, at++) {
        float bias = in.has(BIAS) ? (float) in.tensor(BIAS).real(n) : 0;
        float z = Math.fma((float) acc[n], by * weightScale[n], bias);
        double residual = in.has(RESIDUAL) ? in.tensor(RESIDUAL).real(at) : 0;
        out.set(at, activation.apply(z) + residual);
      }
    }
    return List.of(out);
  }

  private int[] integers(Tensor t, int least, int greatest, String what) {
    int[] out = new int[Math.toIntExact(t.count())];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) t.integer(i);
      if (out[i] < least || out[i] > greatest) {
        throw new GraphException("a " + what + " is " + out[i] + ", out of range for " + grade);
      }
    }
    return out;
  }
}
