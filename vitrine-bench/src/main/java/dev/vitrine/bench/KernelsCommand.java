package dev.vitrine.bench;

import dev.vitrine.engine.Processor;
import dev.vitrine.engine.Workload;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "kernels",
    description =
        "Times kernels on one thread under JMH: every kind of work in the sizes that vision"
            + " transformers have, on every tier of this machine.")
final class KernelsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "WORK", description = "Only these kinds, such as gemm.")
  List<String> kinds = List.of();

  @Option(
      names = "--seconds",
      defaultValue = "1",
      paramLabel = "N",
      description = "Length of an iteration, of which there are 5 each (default: 1).")
  int seconds;

  @Override
  public Integer call() throws RunnerException {
    if (seconds < 1 || seconds > 3600) {
      throw new VitrineException("--seconds goes from 1 to 3600, not " + seconds);
    }
    var options =
        new OptionsBuilder()
            .include(KernelTimes.class.getName())
            .param("work", works().toArray(String[]::new))
            .param("tier", Processor.host().tiers().toArray(String[]::new))
            .warmupTime(TimeValue.seconds(seconds))
            .measurementTime(TimeValue.seconds(seconds))
            .shouldFailOnError(true);
    new org.openjdk.jmh.runner.Runner(options.build()).run();
    return 0;
  }

  private List<String> works() {
    kinds.forEach(Workload::parse);
    List<String> out = new ArrayList<>();
    for (Workload w : Workload.values()) {
      if (kinds.isEmpty() || kinds.contains(w.text())) {
        w.usual().forEach(sizes -> out.add(w.text() + " " + sizes));
      }
    }
    return out;
  }
}
