package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.DynamicQuantizeLinear;
import dev.vitrine.graph.op.QuantizeLinear;

/** DynamicQuantizeLinear as the operations that it is made of, which have kernels. */
final class SpellDynamic implements Rule {
  private static final Pattern ANY = Pattern.node(DynamicQuantizeLinear.class);
  private static final QuantizeLinear QUANTIZE = new QuantizeLinear(1, 0, null, null, true);

  @Override
  public Pattern pattern() {
    return ANY;
  }

  @Override
  public Outcome apply(Match m) {
    Value x = m.root().input(0);
    if (!x.type().isKnown() || x.shape().rank() == 0) {
      return Outcome.PASSED;
    }
    DynamicRange range = DynamicRange.of(m, x);
    Value one = m.constant(Tensor.scalar(1f));
    Value none = m.constant(Tensor.scalar(DType.U8, 0));
    Value zero = m.add(QUANTIZE, range.zero(), one, none);
    return m.replace(m.add(QUANTIZE, x, range.scale(), zero), range.scale(), zero);
  }
}
