package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What services do to a session: many runs, many threads, closing in the middle. */
class EnduranceTest {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** What the Java heap and the compiler may still take up. */
  private static final long SLACK = 48 << 20;

  private static Model open(String family) {
    return Model.open(
        Path.of(
            System.getProperty("vitrine.root"), "testdata", "tiny", family, "model.safetensors"));
  }

  private static Shape shape(String family) {
    return Shape.parse(family.equals("dinov2") ? "1x3x70x70" : "1x3x64x64");
  }

  private static Map<String, Tensor> inputs(Session s, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> out = new LinkedHashMap<>();
    s.program()
        .inputs()
        .forEach(
            p -> {
              Tensor t = Tensor.zeros(p.type());
              for (long i = 0; i < t.count(); i++) {
                t.set(i, random.nextGaussian());
              }
              out.put(p.name(), t);
            });
    return out;
  }

  private static long resident() throws IOException {
    System.gc();
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dinov2", "swin", "segformer"})
  void memoryStaysFlatOverAThousandRuns(String family) throws IOException {
    assumeTrue(Files.exists(STATUS), "needs a system that tells");
    try (Model model = open(family);
        Session s = model.session(shape(family), Options.defaults().threads(2))) {
      Map<String, Tensor> in = inputs(s, 1);
      for (int i = 0; i < 200; i++) {
        s.run(in);
      }
      long before = resident();
      for (int i = 0; i < 1000; i++) {
        s.run(in);
      }
      assertThat(resident() - before).isLessThan(SLACK);
    }
  }

  @Test
  void closedSessionsLeaveNothing() throws IOException {
    assumeTrue(Files.exists(STATUS), "needs a system that tells");
    int rounds = 80;
    int first = 30; // when all is compiled
    Map<String, Tensor> in = Map.of("input", Tensor.zeros(DType.F32, Shape.of(1, 3, 448, 448)));
    try (Model model = open("dinov2")) {
      long before = 0;
      long working = 0;
      for (int i = 0; i < rounds; i++) {
        try (Session s = model.session(in.get("input").shape(), Options.defaults().threads(2))) {
          s.run(in);
          working = s.program().arenaBytes();
        }
        if (i == first) {
          before = resident();
        }
      }
      assertThat(resident() - before).isLessThan((rounds - first) * working / 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dinov2", "swin", "segformer"})
  void eightThreadsGetTheirOwnResults(String family) throws Exception {
    try (Model model = open(family);
        Session s = model.session(shape(family), Options.defaults().threads(2));
        var threads = Executors.newFixedThreadPool(8)) {
      List<Map<String, Tensor>> inputs = new ArrayList<>();
      List<Map<String, Tensor>> expected = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        inputs.add(inputs(s, i));
        expected.add(s.run(inputs.get(i)));
      }
      CountDownLatch all = new CountDownLatch(8);
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int n = i;
        work.add(
            () -> {
              all.countDown();
              all.await();
              for (int run = 0; run < 20; run++) {
                Map<String, Tensor> actual = s.run(inputs.get(n));
                expected
                    .get(n)
                    .forEach(
                        (name, t) ->
                            assertThat(actual.get(name).sameAs(t))
                                .as("%s of thread %d", name, n)
                                .isTrue());
              }
              return null;
            });
      }
      for (Future<Void> f : threads.invokeAll(work)) {
        f.get();
      }
    }
  }

  /** A run that had begun ends as always; one that comes later is told so. */
  @Test
  void closingAModelInTheMiddleIsSafe() throws Exception {
    for (int round = 0; round < 10; round++) {
      Model model = open("dinov2");
      Options options = Options.defaults().threads(2);
      Map<String, Tensor> in = Map.of("input", Tensor.zeros(DType.F32, Shape.of(1, 3, 56, 56)));
      Map<String, Tensor> expected = model.run(in, options);
      try (var threads = Executors.newFixedThreadPool(4)) {
        CountDownLatch started = new CountDownLatch(1 + round % 4);
        List<Future<?>> runs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          runs.add(
              threads.submit(
                  () -> {
                    started.countDown();
                    while (true) {
                      Map<String, Tensor> y = model.run(in, options);
                      assertThat(y.get("cls").sameAs(expected.get("cls"))).isTrue();
                    }
                  }));
        }
        started.await();
        model.close();
        for (Future<?> f : runs) {
          try {
            f.get();
          } catch (ExecutionException e) {
            assertThat(e.getCause())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the model is closed");
          }
        }
      }
    }
  }
}
