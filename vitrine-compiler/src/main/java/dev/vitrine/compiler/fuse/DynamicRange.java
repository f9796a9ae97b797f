package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Clip;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.DynamicQuantizeLinear;
import dev.vitrine.graph.op.Max;
import dev.vitrine.graph.op.Min;
import dev.vitrine.graph.op.Neg;
import dev.vitrine.graph.op.ReduceMax;
import dev.vitrine.graph.op.ReduceMin;
import dev.vitrine.graph.op.Round;
import dev.vitrine.graph.op.Sub;
import java.util.stream.LongStream;

/**
 * The scale and zero point that {@link DynamicQuantizeLinear} finds, computed on floats.
 *
 * @param zero as a float
 */
record DynamicRange(Value scale, Value zero) {
  static DynamicRange of(Match m, Value x) {
    Value none = m.constant(Tensor.scalar(0f));
    Value levels = m.constant(Tensor.scalar((float) DType.U8.greatest()));
    // Row against row first, so that vectors hold several results.
    int rank = x.shape().rank();
    boolean rows = rank > 1;
    Value across = rows ? m.ints(LongStream.range(0, rank - 1).toArray()) : null;
    Value lo = rows ? m.add(new ReduceMin(false, false), x, across) : x;
    Value hi = rows ? m.add(new ReduceMax(false, false), x, across) : x;
    lo = m.add(new ReduceMin(false, false), lo);
    hi = m.add(new ReduceMax(false, false), hi);
    lo = m.add(new Min(), lo, none);
    hi = m.add(new Max(), hi, none);
    Value range = m.add(new Max(), m.add(new Sub(), hi, lo), tiny(m));
    Value scale = m.add(new Div(), range, levels);
    Value zero = m.add(new Div(), m.add(new Neg(), lo), scale);
    return new DynamicRange(scale, m.add(new Round(), m.add(new Clip(), zero, none, levels)));
  }

  /** Where all is 0, so that there is something to divide by. */
  private static Value tiny(Match m) {
    return m.constant(Tensor.scalar(QuantizeRows.TINY));
  }
}
