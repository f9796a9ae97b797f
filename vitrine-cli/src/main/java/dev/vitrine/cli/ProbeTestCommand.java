package dev.vitrine.cli;

import dev.vitrine.features.embed.Pooling;
import dev.vitrine.features.evaluate.TopHits;
import dev.vitrine.features.probe.ExampleSource;
import dev.vitrine.features.probe.LinearHead;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.vision.PictureModel.Size;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "test",
    description = {
      "How often a classifier that 'train' wrote is right on other examples.",
      "Pictures come to the model as they did for training, unless options say otherwise."
    })
final class ProbeTestCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "HEAD", description = "The classifier.")
  Path head;

  @Parameters(index = "1", paramLabel = "DATA", description = ProbeCommand.DATA)
  Path data;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "With features: the class of each row, one a line or .npy.")
  Path labels;

  @Mixin HitsReport report;
  @Mixin ProbeOptions probe;

  @Override
  public Integer call() {
    report.check();
    LinearHead linear = LinearHead.read(head);
    asTrained(linear);
    ExampleSource source = new ExampleSource(data, labels, report.rows);
    var examples =
        probe.examples(List.of(source), about -> compare(linear.about(), about)).getFirst();
    TopHits hits = linear.test(examples);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("head", head.toString());
    json.put("skipped", probe.skipped());
    report.print(hits, probe.out, json);
    probe.out.json(json);
    return probe.code();
  }

  /** What the user leaves open is as it was for training. */
  private void asTrained(LinearHead linear) {
    EmbedderOptions options = probe.embedder;
    Preprocessing how = linear.preprocessing();
    if (options.output == null) {
      options.output = Pooling.parse(linear.pooling());
    }
    if (how != null && options.run.size == null) {
      options.run.size = new Size(how.height(), how.width());
    }
    if (how != null && options.decoding.resample == null) {
      options.decoding.resample = how.interpolation();
    }
  }

  private void compare(Map<String, String> trained, Map<String, String> now) {
    now.forEach(
        (key, value) -> {
          String before = trained.getOrDefault(key, value);
          if (!before.equals(value)) {
            probe
                .out
                .err()
                .printf(
                    "vitrine: warning: trained with another %s: %s, not %s%n", key, before, value);
          }
        });
  }
}
