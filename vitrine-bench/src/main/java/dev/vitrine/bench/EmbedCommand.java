package dev.vitrine.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Processor;
import dev.vitrine.engine.Session;
import dev.vitrine.engine.Throughput;
import dev.vitrine.features.embed.EmbedOptions;
import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.embed.Pictures;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.Preprocessor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "embed",
    description =
        "Times embedding pictures from their files, and in turn the model alone as often on a picture"
            + " that is ready, each thread by itself in both.")
final class EmbedCommand implements Callable<Integer> {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  @Parameters(arity = "1..*", paramLabel = "PICTURES", description = "As vitrine embed takes them.")
  List<Path> paths;

  @Option(
      names = {"-m", "--model"},
      required = true,
      paramLabel = "MODEL",
      description = "With the output cls.")
  Path model;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      paramLabel = "N",
      description = "Turns of each, over all pictures (default: ${DEFAULT-VALUE}).")
  int rounds;

  @Mixin Settings settings;

  @Mixin Report report;

  /**
   * One turn.
   *
   * @param processor seconds of all threads together
   */
  private record Turn(double seconds, double processor) {
    static Turn of(Runnable work) {
      long start = System.nanoTime();
      long before = SYSTEM.getProcessCpuTime();
      work.run();
      return new Turn(
          (System.nanoTime() - start) * 1e-9, (SYSTEM.getProcessCpuTime() - before) * 1e-9);
    }
  }

  @Override
  public Integer call() throws IOException {
    if (rounds < 1 || rounds > 1000) {
      throw new VitrineException("--rounds goes from 1 to 1000");
    }
    Options options = settings.options();
    List<PictureSource> pictures = Pictures.find(paths);
    List<Turn> embedding = new ArrayList<>();
    List<Turn> alone = new ArrayList<>();
    List<Session> sessions = new ArrayList<>();
    try (Model opened = Model.open(model);
        Embedder embedder = Embedder.of(opened, settings.size, EmbedOptions.defaults(), options)) {
      Map<String, Tensor> input = input(opened, embedder.preprocessing(), pictures.getFirst());
      for (int i = 0; i < settings.threads; i++) {
        Options one = options.threads(1).outputs(EmbedOptions.defaults().pooling().outputs());
        sessions.add(opened.session(input.values().iterator().next().shape(), one));
      }
      Runnable files = () -> embedder.embed(pictures, new Refusing());
      Runnable ready = () -> Throughput.of(sessions, input, 0, 0, pictures.size());
      for (int round = 0; round < rounds; round++) {
        embedding.add(Turn.of(files));
        alone.add(Turn.of(ready));
      }
    } finally {
      sessions.forEach(Session::close);
    }
    report(pictures.size(), embedding, alone);
    return 0;
  }

  private static Map<String, Tensor> input(Model model, Preprocessing how, PictureSource picture) {
    String name = model.inputs().getFirst().name();
    return Map.of(name, new Preprocessor(how).apply(picture.read(Long.MAX_VALUE)));
  }

  /** Leaves vectors alone; a picture that can't be read would spoil the measurement. */
  private static final class Refusing implements Embedder.Sink {
    @Override
    public void embedded(Embedder.Embedded picture) {}

    @Override
    public void failed(PictureSource picture, String reason) {
      throw new VitrineException(reason);
    }
  }

  private void report(int pictures, List<Turn> embedding, List<Turn> alone) throws IOException {
    double[] shares = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      shares[i] = alone.get(i).seconds / embedding.get(i).seconds;
    }
    Arrays.sort(shares);
    double share = Rounds.median(shares);
    double processorShare = median(alone, Turn::processor) / median(embedding, Turn::processor);
    report.put("model", model.toString());
    report.put("machine", Processor.host().name());
    report.put("threads", settings.threads);
    report.put("rounds", rounds);
    report.put("pictures", pictures);
    report.line("machine   %s, %d threads", Processor.host().name(), settings.threads);
    report.line("rounds    %d of %d pictures each, in turn", rounds, pictures);
    rates("embed", embedding, pictures);
    rates("model", alone, pictures);
    report.line(
        "share     %.1f %% of the model's rate, median of the rounds (%.1f to %.1f);"
            + " %.1f %% by processor time",
        100 * share, 100 * shares[0], 100 * shares[rounds - 1], 100 * processorShare);
    report.put("share", share);
    report.put("processor_share", processorShare);
    report.write();
  }

  private void rates(String what, List<Turn> turns, int pictures) {
    double rate = pictures / median(turns, Turn::seconds);
    double processor = median(turns, Turn::processor) / pictures * 1e3;
    report.line(
        "%-9s %.1f pictures a second, %.2f ms of processor time each", what, rate, processor);
    report.put(what + "_seconds", turns.stream().map(Turn::seconds).toList());
    report.put(what + "_processor_seconds", turns.stream().map(Turn::processor).toList());
    report.put(what + "_per_second", rate);
    report.put(what + "_processor_ms", processor);
  }

  private static double median(List<Turn> turns, ToDoubleFunction<Turn> of) {
    return Rounds.median(turns.stream().mapToDouble(of).toArray());
  }
}
