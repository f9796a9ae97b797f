package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** All threads', in bytes. */
  private static long allocated() {
    return THREADS.getTotalThreadAllocatedBytes();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dinov2", "swin", "segformer"})
  void runsAllocateNothingButTheOutputs(String family) {
    Path path = Path.of(System.getProperty("vitrine.root"), "testdata", "tiny", family, "model.safetensors");
    try (Model model = Model.open(path);
        Session session =
            model.session(
                Shape.parse(family.equals("dinov2") ? "1x3x70x70" : "1x3x64x64"),
                Options.defaults().threads(2))) {
      Map<String, Tensor> inputs =
          Map.of(
              model.inputs().getFirst().name(),
              Tensor.zeros(session.program().inputs().getFirst().type()));
      long outputs = 0;
      for (int i = 0; i < 300; i++) {
        outputs = session.run(inputs).values().stream().mapToLong(t -> t.data().byteSize()).sum();
      }
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 20; i++) {
        long before = allocated();
        session.run(inputs);
        least = Math.min(least, allocated() - before);
      }
      assertThat(least).isLessThan(outputs + 8 * 1024);
    }
  }
}
