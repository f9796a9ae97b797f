package dev.vitrine.compiler.rewrite;

import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What the patterns of one match stand for, as far as it has got. */
final class Bindings {
  final Map<Pattern, Value> values = new IdentityHashMap<>();

  /** Values whose producers the match looked into: what the rule will replace. */
  final List<Value> inner = new ArrayList<>();

  /** Goes on with {@code rest} under the assumption that {@code p} stands for {@code v}. */
  boolean bind(Pattern p, Value v, BooleanSupplier rest) {
    Value before = values.putIfAbsent(p, v);
    if (before != null) {
      return before == v && rest.getAsBoolean();
    }
    if (rest.getAsBoolean()) {
      return true;
    }
    values.remove(p);
    return false;
  }

  /** Goes on with {@code rest} under the assumption that the producer of {@code v} is inside. */
  boolean enter(Value v, BooleanSupplier rest) {
    inner.add(v);
    if (rest.getAsBoolean()) {
      return true;
    }
    inner.removeLast();
    return false;
  }

  boolean bindInner(Pattern p, Value v, BooleanSupplier rest) {
    return enter(v, () -> bind(p, v, rest));
  }
}
