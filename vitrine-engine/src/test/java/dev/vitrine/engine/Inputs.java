package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Random inputs and comparison of outputs. */
final class Inputs {
  private Inputs() {}

  static Map<String, Tensor> random(Graph graph, long seed) {
    Random random = new Random(seed);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Value v : graph.inputs()) {
      Tensor t = Tensor.zeros(v.type());
      for (long i = 0; i < t.count(); i++) {
        t.set(i, t.dtype().isFloat() ? random.nextGaussian() : random.nextInt(100));
      }
      inputs.put(v.name(), t);
    }
    return inputs;
  }

  /**
   * Same names, types, and elements to within that, relative to the larger of 1 and the element.
   */
  static void assertClose(
      Map<String, Tensor> actual, Map<String, Tensor> expected, double tolerance) {
    assertThat(actual.keySet()).containsExactlyElementsOf(expected.keySet());
    expected.forEach(
        (name, e) -> {
          Tensor a = actual.get(name);
          assertThat(a.type()).as(name).isEqualTo(e.type());
          for (long i = 0; i < e.count(); i++) {
            double difference = Math.abs(a.real(i) - e.real(i));
            if (!(difference <= tolerance * Math.max(1, Math.abs(e.real(i))))) {
              fail("%s[%d]: %s, not %s", name, i, a.real(i), e.real(i));
            }
          }
        });
  }
}
