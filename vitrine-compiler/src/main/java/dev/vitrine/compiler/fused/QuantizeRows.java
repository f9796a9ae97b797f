package dev.vitrine.compiler.fused;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Quantizes each row (the last axis) over its own range, which always includes 0.
 *
 * <p>Input: x f32[…, K] of finite numbers. Outputs: q u8[…, K], scale f32[…], zero u8[…], the last
 * two with x's shape without its last axis, so that x ≈ scale · (q − zero).
 *
 * <p>All in float32, each operation rounded to nearest even: lo = min(0, min x), hi = max(0, max
 * x), scale = (hi − lo) / levels, inverse = levels / (hi − lo), zero = rint(−lo · inverse), q =
 * clamp(rint(x · inverse) + zero, 0, levels). A row whose hi − lo is at most {@link #TINY} gives
 * scale, zero and codes of 0.
 */
public record QuantizeRows(Grade grade) implements Op {
  /** Below this a range has no finite inverse worth having. */
  public static final float TINY = 0x1p-120f;

  @Override
  public List<TensorType> infer(Inputs in) {
    TensorType x = in.type(0);
    if (x.dtype() != DType.F32 || x.shape().rank() < 1) {
      throw new GraphException("takes x f32[…, K], not " + x);
    }
    Shape rows = new Shape(x.shape().dims().subList(0, x.shape().rank() - 1));
    return List.of(
        x.with(DType.U8), new TensorType(DType.F32, rows), new TensorType(DType.U8, rows));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    List<Tensor> out = infer(in).stream().map(Tensor::zeros).toList();
    float[] x = in.tensor(0).toFloats();
    int depth = Math.toIntExact(in.tensor(0).size(-1));
    for (int row = 0; row < out.get(1).count(); row++) {
      float lo = 0;
      float hi = 0;
      for (int k = 0; k < depth; k++) {
        lo = Math.min(lo, x[row * depth + k]);
        hi = Math.max(hi, x[row * depth + k]);
      }
      float range = hi - lo;
      if (!(range > TINY)) {
        continue;
      }
      float inverse = grade.levels() / range;
      int zero = (int) Math.rint(-lo * inverse);
      for (int k = 0; k < depth; k++) {
        int code = (int) Math.rint(x[row * depth + k] * inverse) + zero;
        out.get(0).set((long) row * depth + k, Math.clamp(code, 0, grade.levels()));
      }
      out.get(1).set(row, range / grade.levels());
      out.get(2).set(row, zero);
    }
    return out;
  }
}
