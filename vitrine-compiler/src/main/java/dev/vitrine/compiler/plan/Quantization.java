package dev.vitrine.compiler.plan;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.QuantizeLinear;
import java.util.List;

/** Products of bytes, and what makes bytes of numbers. */
final class Quantization implements Lowering {
  private final Values values;

  Quantization(Values values) {
    this.values = values;
  }

  @Override
  public boolean lower(Node n) {
    return switch (n.op()) {
      case QuantizeRows q -> quantize(n, q);
      case QuantizedLinear l -> linear(n, l);
      case QuantizeLinear q -> given(n, q);
      default -> false;
    };
  }

  private boolean quantize(Node n, QuantizeRows q) {
    View x = matrix(values.view(n.input(0)));
    List<View> out = n.outputs().stream().map(values::allocateDense).toList();
    long rows = x.size(0);
    Codes codes =
        new Codes(
            q.grade(), matrix(out.get(0)), vector(out.get(1), rows), vector(out.get(2), rows));
    values.add(new Step.QuantizeRows(x, codes, false));
    return true;
  }

  /** To bytes with one scale, whether that is a constant or not. */
  private boolean given(Node n, QuantizeLinear q) {
    boolean fits =
        Values.isF32(n.input(0))
            && n.output().dtype() == DType.U8
            && Values.isF32(n.input(1))
            && n.input(1).shape().count() == 1
            && (q.precision() == null || q.precision() == DType.F32);
    if (!fits) {
      return false;
    }
    View x = matrix(values.view(n.input(0)));
    View out = values.allocateDense(n.output());
    View zero =
        n.input(2) == null
            ? values.constant("zero", Tensor.scalar(DType.U8, 0))
            : values.view(n.input(2));
    long rows = x.size(0);
    Codes codes =
        new Codes(Grade.W8A8, matrix(out), one(values.view(n.input(1)), rows), one(zero, rows));
    values.add(new Step.QuantizeRows(x, codes, true));
    return true;
  }

  /** A view of one element, for each row. */
  private static View one(View v, long rows) {
    View scalar = v;
    while (scalar.rank() > 0) {
      scalar = scalar.select(0, 0);
    }
    return scalar.broadcast(List.of(rows));
  }

  private boolean linear(Node n, QuantizedLinear l) {
    Value bias = n.input(QuantizedLinear.BIAS);
    if (!n.input(QuantizedLinear.WEIGHT).isConstant()
        || !n.input(QuantizedLinear.WEIGHT_SCALE).isConstant()
        || (bias != null && !bias.isConstant())) {
      return false;
    }
    View q = matrix(values.view(n.input(QuantizedLinear.Q)));
    long rows = q.size(0);
    Codes codes =
        new Codes(
            l.grade(),
            q,
            vector(values.view(n.input(QuantizedLinear.SCALE)), rows),
            vector(values.view(n.input(QuantizedLinear.ZERO)), rows));
    Value residual = n.input(QuantizedLinear.RESIDUAL);
    View r = residual == null ? null : matrix(values.view(residual));
    View place = values.allocate(n.output());
    View out = place.rank() == 1 ? place.insert(0) : place.merge(0, place.rank() - 1);
    View target = out != null ? out : matrix(values.allocateDense(n.output()));
    values.add(
        new Step.QuantizedProduct(
            codes,
            values.view(n.input(QuantizedLinear.WEIGHT)),
            values.view(n.input(QuantizedLinear.WEIGHT_SCALE)),
            bias == null ? null : values.view(bias),
            l.activation(),
            r,
            target));
    if (out == null) {
      View dense = values.reshape(target, place.sizes());
      values.add(new Step.Copy(dense, place));
      values.define(n.output(), place);
    }
    return true;
  }

  /** All axes but the last as rows; copied where they don't step as one. */
  private View matrix(View v) {
    View row = v.rank() == 0 ? v.insert(0) : v;
    View wide = row.rank() == 1 ? row.insert(0) : row;
    View merged = wide.merge(0, wide.rank() - 1);
    return merged != null ? merged : values.dense(wide).merge(0, wide.rank() - 1);
  }

  /** A number for each row, or one for all. */
  private View vector(View v, long rows) {
    if (v.rank() == 0) {
      return v.broadcast(List.of(rows));
    }
    View merged = v.merge(0, v.rank());
    return merged != null ? merged : values.dense(v).merge(0, v.rank());
  }
}
