package dev.vitrine.compiler.simplify;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Keeps one of each group of constants with the same type and bits. */
final class ShareConstants {
  private static final int SAMPLES = 64;

  private ShareConstants() {}

  static void run(Graph graph) {
    Map<Integer, List<Value>> seen = new HashMap<>();
    for (Value v : List.copyOf(graph.values())) {
      if (v.isConstant()) {
        List<Value> like = seen.computeIfAbsent(hash(v.constant()), _ -> new ArrayList<>());
        Value first =
            like.stream().filter(o -> o.constant().sameAs(v.constant())).findFirst().orElse(null);
        if (first == null) {
          like.add(v);
        } else {
          graph.replace(v, first);
          graph.remove(v);
        }
      }
    }
  }

  /** Looks at few elements, so that models larger than memory are not read whole. */
  private static int hash(Tensor t) {
    int h = Objects.hash(t.dtype(), t.shape());
    long n = t.count();
    for (long i = 0; i < SAMPLES && i < n; i++) {
      h = 31 * h + Double.hashCode(t.real(n <= SAMPLES ? i : n / SAMPLES * i));
    }
    return h;
  }
}
