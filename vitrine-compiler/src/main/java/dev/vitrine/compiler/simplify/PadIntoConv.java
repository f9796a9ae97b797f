package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.AutoPad;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.Pad;
import java.util.ArrayList;
import java.util.List;

/** Zeros put around a picture before a convolution become the convolution's own. */
final class PadIntoConv implements Rule {
  private static final Pattern X = any();
  private static final Pattern PADS = constant();
  private static final Pattern PADDED = op(Pad.class, X, PADS);
  private static final Pattern CONV = op(Conv.class, PADDED);

  @Override
  public Pattern pattern() {
    return CONV;
  }

  @Override
  public Outcome apply(Match m) {
    Conv conv = m.op(Conv.class);
    Value value = m.node(PADDED).input(2);
    long[] pads = m.value(PADS).constant().toLongs();
    int rank = pads.length / 2;
    boolean zeros =
        ((Pad) m.node(PADDED).op()).mode() == Pad.Mode.CONSTANT
            && (value == null || Pattern.isScalar(value, 0))
            && m.node(PADDED).input(3) == null;
    if (!zeros || (conv.autoPad() != AutoPad.NOTSET && conv.autoPad() != AutoPad.VALID)) {
      return Outcome.PASSED;
    }
    if (pads[0] != 0 || pads[1] != 0 || pads[rank] != 0 || pads[rank + 1] != 0) {
      return m.missed(Reason.OTHER_AXES, "pictures or channels are added");
    }
    List<Long> sum = new ArrayList<>();
    int axes = rank - 2;
    for (int i = 0; i < 2 * axes; i++) {
      long added = pads[i < axes ? i + 2 : i + 4];
      long own = conv.pads().isEmpty() || conv.autoPad() == AutoPad.VALID ? 0 : conv.pads().get(i);
      if (added < 0) {
        return m.missed(Reason.OTHER_VALUE, "a pad is negative");
      }
      sum.add(own + added);
    }
    Value[] in = m.root().inputs().toArray(Value[]::new);
    in[0] = m.value(X);
    return m.replace(
        new Conv(
            AutoPad.NOTSET,
            conv.dilations(),
            conv.group(),
            conv.kernelShape(),
            sum,
            conv.strides()),
        in);
  }
}
