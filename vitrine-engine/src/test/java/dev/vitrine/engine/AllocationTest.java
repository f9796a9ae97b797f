package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** All threads', in bytes. */
  private static long allocated() {
    return THREADS.getTotalThreadAllocatedBytes();
  }

  @ParameterizedTest
  @CsvSource({
    "dinov2, portable", "swin, portable", "segformer, portable",
    "dinov2, auto", "swin, auto", "segformer, auto"
  })
  void runsAllocateNothingButTheOutputs(String family, String tier) {
    Path path =
        Path.of(
            System.getProperty("vitrine.root"), "testdata", "tiny", family, "model.safetensors");
    try (Model model = Model.open(path);
        Session session =
            model.session(
                Shape.parse(family.equals("dinov2") ? "1x3x70x70" : "1x3x64x64"),
                Options.defaults().threads(2).tier(Tier.parse(tier)))) {
      Map<String, Tensor> inputs =
          Map.of(
              model.inputs().getFirst().name(),
              Tensor.zeros(session.program().inputs().getFirst().type()));
      long outputs = session.program().outputs().stream().mapToLong(p -> p.type().bytes()).sum();
      long limit = outputs + 8 * 1024;
      long least = Long.MAX_VALUE;
      // What the interpreter boxes is gone once all is compiled.
      for (int i = 0; i < 5000 && least > limit; i++) {
        long before = allocated();
        session.run(inputs);
        least = Math.min(least, allocated() - before);
      }
      assertThat(least).isLessThanOrEqualTo(limit);
    }
  }
}
