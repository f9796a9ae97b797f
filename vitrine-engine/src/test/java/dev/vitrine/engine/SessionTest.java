package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final Graph BLOCK =
      GraphParser.parse(
          """
          graph (x: f32[1, 300, 96]) -> (y)
            %g: f32[96] = random 1
            %b: f32[96] = random 2
            %w: f32[96, 288] = random 3
            %u: f32[96, 800] = random 4
            %d: f32[800, 96] = random 5
            n = LayerNormalization(x, %g, %b) { axis: -1, epsilon: 1e-5, stashType: f32 }
            qkv = Linear(n, %w) { activation: none }
            q, k, v = Split(qkv) { axis: -1, numOutputs: 3 }
            a = FusedAttention(q, k, v) { heads: 3, scale: 0.25 }
            h = Linear(a, %u) { activation: gelu }
            y = Linear(h, %d, %b, x) { activation: none }
          """,
          List.of("dev.vitrine.compiler.fused"));

  private static final Program PROGRAM = Planner.plan(BLOCK);

  private static Session session(int threads) {
    return Session.of(PROGRAM, Options.defaults().threads(threads));
  }

  @Test
  void givesTheSameBitsForAnyNumberOfThreads() {
    Map<String, Tensor> inputs = Inputs.random(BLOCK, 5);
    Tensor first = null;
    for (int threads : new int[] {1, 2, 3, 7}) {
      try (Session s = session(threads)) {
        for (int run = 0; run < 3; run++) {
          Tensor y = s.run(inputs).get("y");
          first = first == null ? y : first;
          assertThat(y.sameAs(first)).as("%d threads, run %d", threads, run).isTrue();
        }
      }
    }
  }

  @Test
  void aRowIsTheSameToTheBitWhateverElseIsInTheBatch() {
    String text =
        """
        graph (x: f32[ROWS, 900]) -> (y)
          %w: f32[900, 70] = random 1
          %u: f32[900, 64] = random 2
          %d: f32[70, 64] = random 3
          h = Linear(x, %w) { activation: gelu }
          r = Linear(x, %u) { activation: none }
          y = Linear(h, %d, _, r) { activation: none }
        """;
    List<Graph> graphs = new ArrayList<>();
    for (int rows : new int[] {1, 15, 16, 70}) {
      graphs.add(
          GraphParser.parse(
              text.replace("ROWS", Integer.toString(rows)), List.of("dev.vitrine.compiler.fused")));
    }
    float[] all = Inputs.random(graphs.getLast(), 6).get("x").toFloats();
    float[] expected = null;
    for (Graph graph : graphs.reversed()) {
      Shape shape = graph.inputs().getFirst().shape();
      float[] some = Arrays.copyOf(all, Math.toIntExact(shape.count()));
      try (Session s = Session.of(Planner.plan(graph), Options.defaults().threads(2))) {
        float[] y = s.run(Map.of("x", Tensor.f32(shape, some))).get("y").toFloats();
        expected = expected == null ? y : expected;
        assertThat(y).as("%s", shape).containsExactly(Arrays.copyOf(expected, y.length));
      }
    }
  }

  @Test
  void servesManyThreadsAtOnce() throws Exception {
    try (Session s = session(2);
        var threads = Executors.newFixedThreadPool(8)) {
      List<Map<String, Tensor>> inputs = new ArrayList<>();
      List<Tensor> expected = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        inputs.add(Inputs.random(BLOCK, i));
        expected.add(s.run(inputs.get(i)).get("y"));
      }
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int n = i % 8;
        work.add(() -> s.run(inputs.get(n)).get("y").sameAs(expected.get(n)));
      }
      for (Future<Boolean> f : threads.invokeAll(work)) {
        assertThat(f.get()).isTrue();
      }
    }
  }

  @Test
  void closingWaitsForRunsAndEndsLaterOnes() throws Exception {
    Session s = session(2);
    Map<String, Tensor> inputs = Inputs.random(BLOCK, 5);
    Tensor expected = s.run(inputs).get("y");
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Future<Tensor>> runs = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        runs.add(threads.submit(() -> s.run(inputs).get("y")));
      }
      runs.get(3).get();
      s.close();
      for (Future<Tensor> run : runs) {
        try {
          assertThat(run.get().sameAs(expected)).isTrue();
        } catch (java.util.concurrent.ExecutionException e) {
          assertThat(e.getCause())
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("the session is closed");
        }
      }
    }
    s.close();
    assertThatThrownBy(() -> s.run(inputs)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesInputsThatDontFit() {
    try (Session s = session(1)) {
      Tensor x = Tensor.zeros(DType.F32, Shape.of(1, 300, 96));
      assertThatThrownBy(() -> s.run(Map.of()))
          .isInstanceOf(VitrineException.class)
          .hasMessage("input 'x' is missing; it takes f32[1, 300, 96]");
      assertThatThrownBy(() -> s.run(Map.of("x", Tensor.zeros(DType.F32, Shape.of(1, 96)))))
          .hasMessage("input 'x' takes f32[1, 300, 96], not f32[1, 96]");
      assertThatThrownBy(() -> s.run(Map.of("x", Tensor.zeros(DType.I32, Shape.of(1, 300, 96)))))
          .hasMessage("input 'x' takes f32[1, 300, 96], not i32[1, 300, 96]");
      assertThatThrownBy(() -> s.run(Map.of("x", x, "z", x)))
          .hasMessage("there is no input 'z'; the inputs are x");
    }
  }

  @Test
  void warnsOnceOfWhatHasNoKernel() {
    Graph g = GraphParser.parse("graph (x: i32[3]) -> (y)\n a = Add(x, x)\n y = Mul(a, a)");
    List<String> warnings = new ArrayList<>();
    try (Session s = Session.of(Planner.plan(g), Options.defaults().warnings(warnings::add))) {
      assertThat(s.kernels()).containsExactly("reference_Add", "reference_Mul");
    }
    assertThat(warnings)
        .containsExactly(
            "node 'a' (Add) has no kernel and runs by plain evaluation, slowly; so do 1 others, see inspect --stage planned");
  }

  @Test
  void tellsWhatFailed() {
    Graph g =
        GraphParser.parse("graph (x: i32[3], i: i64[3]) -> (y)\n y = Gather(x, i) { axis: 0 }");
    try (Session s = Session.of(Planner.plan(g), Options.defaults().warnings(_ -> {}))) {
      Map<String, Tensor> inputs =
          Map.of("x", Tensor.zeros(DType.I32, Shape.of(3)), "i", Tensor.ints(0, 7, 1));
      assertThatThrownBy(() -> s.run(inputs))
          .isInstanceOf(VitrineException.class)
          .hasMessage("node 'y' (Gather): index 7 is outside an axis of size 3");
    }
  }

  @Test
  void timesEveryStep() {
    try (Session s = session(2)) {
      List<Integer> steps = new ArrayList<>();
      s.run(Inputs.random(BLOCK, 1), (step, _) -> steps.add(step));
      assertThat(steps).containsExactly(0, 1, 2, 3, 4);
      assertThat(s.toString().lines().count()).isEqualTo(6);
    }
  }
}
