package dev.vitrine.cli;

import dev.vitrine.features.data.RowRange;
import dev.vitrine.features.evaluate.TopHits;
import dev.vitrine.features.probe.ExampleSource;
import dev.vitrine.features.probe.Examples;
import dev.vitrine.features.probe.NearestNeighbours;
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
    name = "knn",
    description = {
      "How often the nearest neighbours among some examples name others right.",
      "By cosine, with votes that weigh exp(cosine ÷ temperature), as DINO's and DINOv2's evaluation"
          + " does it."
    })
final class ProbeKnnCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "KNOWN", description = ProbeCommand.DATA)
  Path known;

  @Parameters(index = "1", paramLabel = "DATA", description = "The same, to be named.")
  Path data;

  @Option(
      names = "-k",
      paramLabel = "N",
      defaultValue = "20",
      description = "Neighbours that vote (default: ${DEFAULT-VALUE}).")
  int k;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.07",
      description = "The lower, the more the nearest ones weigh (default: ${DEFAULT-VALUE}).")
  double temperature;

  @Option(
      names = "--known-rows",
      paramLabel = "FROM:TO:STEP",
      converter = HitsReport.RowsConverter.class,
      description = "Take these rows of the known examples alone.")
  RowRange knownRows = RowRange.ALL;

  @Option(
      names = "--known-labels",
      paramLabel = "FILE",
      description = "With features: the class of each known row, one a line or .npy.")
  Path knownLabels;

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
    List<Examples> examples =
        probe.examples(
            List.of(
                new ExampleSource(known, knownLabels, knownRows),
                new ExampleSource(data, labels, report.rows)),
            _ -> {});
    TopHits hits =
        new NearestNeighbours(examples.getFirst(), k, temperature).test(examples.getLast());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("k", k);
    json.put("temperature", temperature);
    json.put("skipped", probe.skipped());
    report.print(hits, probe.out, json);
    probe.out.json(json);
    return probe.code();
  }
}
