package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionCacheTest {
  private static final Program PROGRAM =
      Planner.plan(GraphParser.parse("graph (x: f32[2]) -> (y)\n y = Relu(x)"));

  private final List<Integer> made = new ArrayList<>();
  private final SessionCache cache = new SessionCache();

  private Session use(int size) {
    return cache.run(
        new SessionCache.Key(Map.of("x", Shape.of(size)), Options.defaults().threads(1)),
        () -> {
          made.add(size);
          return Session.of(PROGRAM, Options.defaults().threads(1));
        },
        s -> s);
  }

  private static boolean isOpen(Session s) {
    try {
      s.run(Map.of("x", Tensor.zeros(DType.F32, Shape.of(2))));
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  @Test
  void keepsTheLastFewSizesAndClosesTheOthers() {
    List<Session> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(use(i));
      use(0);
    }
    assertThat(made).hasSize(20).doesNotHaveDuplicates();
    assertThat(all.stream().map(SessionCacheTest::isOpen))
        .containsSubsequence(true, false, true)
        .filteredOn(open -> open)
        .hasSize(4);
    use(19);
    use(18);
    use(17);
    assertThat(made).hasSize(20);
    use(5);
    assertThat(made).hasSize(21).endsWith(5);
    cache.close();
    assertThat(all).noneMatch(SessionCacheTest::isOpen);
  }
}
