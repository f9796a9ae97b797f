package dev.vitrine.bench;

import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.Tier;
import dev.vitrine.engine.Workload;
import dev.vitrine.engine.gen.Level;
import dev.vitrine.engine.generated.GeneratedKernels;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.KernelSet;
import dev.vitrine.engine.kernel.Scratch;
import dev.vitrine.engine.portable.PortableKernels;
import dev.vitrine.graph.Graph;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A kernel on one thread: all tiles of one step. {@link KernelsCommand} sets the parameters. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class KernelTimes {
  /** A {@link Workload} and its sizes. */
  @Param("gemm 1370,384,1536")
  public String work = "";

  @Param("portable")
  public String tier = "";

  private Arena owner;
  private MemorySegment memory;
  private Scratch scratch;
  private Kernel kernel;

  @Setup
  public void bind() {
    String[] words = work.split(" ");
    Graph graph = Workload.parse(words[0]).graph(words[1]);
    Program program = Planner.plan(graph);
    owner = Arena.ofShared();
    memory = owner.allocate(program.arenaBytes(), Program.ALIGNMENT);
    var inputs = RandomInputs.of(graph, Map.of(), 0);
    for (Program.Port port : program.inputs()) {
      long at = program.buffers().get(port.view().buffer()).offset();
      memory.asSlice(at, port.type().bytes()).copyFrom(inputs.get(port.name()).data());
    }
    Step step = program.steps().getFirst().step();
    Constants constants = new Constants(program, owner);
    kernel = set(Tier.parse(tier)).bind(step, constants);
    if (kernel == null) { // as a session does it
      kernel = new PortableKernels().bind(step, constants);
    }
    scratch = new Scratch();
    kernel.reserve(scratch);
  }

  private KernelSet set(Tier wanted) {
    return wanted == Tier.PORTABLE
        ? new PortableKernels()
        : new GeneratedKernels(Level.valueOf(wanted.name()), owner);
  }

  /** One step. */
  @Benchmark
  public void step() {
    for (int tile = 0; tile < kernel.tiles(); tile++) {
      kernel.run(tile, memory, scratch);
    }
  }

  @TearDown
  public void close() {
    owner.close();
  }
}
