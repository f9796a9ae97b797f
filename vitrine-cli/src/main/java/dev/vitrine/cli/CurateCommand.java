package dev.vitrine.cli;

import dev.vitrine.features.curate.Collected;
import dev.vitrine.features.curate.Curation;
import dev.vitrine.features.curate.Curation.Chosen;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.embed.Pictures;
import dev.vitrine.formats.AtomicFile;
import dev.vitrine.vision.draw.ContactSheet;
import dev.vitrine.vision.image.ImageWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "curate",
    description = {
      "Chooses the pictures of a pool that are like a trusted set, without near-duplicates.",
      "They are taken in turns, by clusters of the pool or by trusted pictures, so that what is"
          + " frequent in the pool doesn't crowd out the rest."
    })
final class CurateCommand implements Callable<Integer> {
  private static final int CELL = 160;
  private static final int COLUMNS = 6;
  private static final int ON_SHEET = 120;

  @Option(
      names = "--seed-set",
      required = true,
      paramLabel = "PICTURES",
      description = "The trusted pictures: a folder, list, archive or file.")
  List<Path> seeds;

  @Option(
      names = "--pool",
      required = true,
      paramLabel = "PICTURES",
      description = "What to choose from.")
  List<Path> pool;

  @Option(names = "-k", required = true, paramLabel = "N", description = "How many to choose.")
  int count;

  @Option(
      names = "--turns",
      paramLabel = "WHO",
      defaultValue = "cluster",
      description =
          "cluster: the clusters that trusted pictures fall into; seed: the trusted pictures, which"
              + " suits small pools (default: ${DEFAULT-VALUE}).")
  Curation.Turns turns;

  @Option(
      names = "--clusters",
      paramLabel = "N",
      defaultValue = "0",
      description = "Clusters of the pool (default: the square root of half its size).")
  int clusters;

  @Option(
      names = "--threshold",
      paramLabel = "COSINE",
      defaultValue = "0.95",
      description = "From which cosine on pictures are duplicates (default: ${DEFAULT-VALUE}).")
  double threshold;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Where clustering begins (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "-o",
      paramLabel = "LIST.txt",
      description = "A list of the chosen files to write, one a line (default: printed).")
  Path list;

  @Option(
      names = "--sheet",
      paramLabel = "OUT.png",
      description = "A contact sheet of the chosen pictures to write.")
  Path sheet;

  @Mixin CollectionOptions collection;
  @Mixin Output out;

  @Override
  public Integer call() {
    if (sheet != null) {
      ImageWriter.check(sheet);
    }
    Curation task = new Curation(count, turns, clusters, threshold, seed);
    List<PictureSource> trusted = Pictures.find(seeds);
    List<PictureSource> all = Pictures.find(pool);
    return collection.with(
        out,
        collect -> {
          Collected from = collect.of(trusted);
          Collected to = collect.of(all);
          Curation.Result result = task.run(from, to, collection.options());
          write(result);
          print(from, to, result);
          return collect.code();
        });
  }

  private void write(Curation.Result result) {
    if (list != null) {
      String text =
          result.chosen().stream()
              .map(c -> c.item().source().name() + "\n")
              .collect(Collectors.joining());
      AtomicFile.write(list, text.getBytes(StandardCharsets.UTF_8));
    }
    if (sheet != null) {
      ContactSheet drawn = new ContactSheet(CELL, COLUMNS);
      for (Chosen c : result.chosen().stream().limit(ON_SHEET).toList()) {
        drawn.add(
            c.item().source().read(collection.maxPixels()),
            Path.of(c.item().source().name()).getFileName().toString(),
            turns.name().toLowerCase(Locale.ROOT) + " " + c.group(),
            String.format(Locale.ROOT, "%.3f", c.cosine()));
      }
      ImageWriter.write(drawn.image(), sheet);
    }
  }

  private void print(Collected from, Collected to, Curation.Result result) {
    if (list == null) {
      result.chosen().forEach(c -> out.line("%s", c.item().source().name()));
    }
    out.err()
        .printf(
            "vitrine: chose %d of %d pictures like %d; %d duplicates and %d that are known left out;"
                + " turns by %d %s%s%n",
            result.chosen().size(),
            to.items().size(),
            from.items().size(),
            result.duplicates(),
            result.known(),
            result.groups(),
            turns.name().toLowerCase(Locale.ROOT),
            result.groups() == 1 ? "" : "s");
    if (list != null) {
      out.line("wrote %s", list);
    }
    if (sheet != null) {
      out.line("wrote %s", sheet);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("trusted", from.items().size());
    json.put("pool", to.items().size());
    json.put("duplicates", result.duplicates());
    json.put("known", result.known());
    json.put("groups", result.groups());
    List<Map<String, Object>> chosen = new ArrayList<>();
    for (Chosen c : result.chosen()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("file", c.item().source().name());
      one.put("nearest", c.nearest().source().name());
      one.put("cosine", c.cosine());
      one.put("group", c.group());
      chosen.add(one);
    }
    json.put("chosen", chosen);
    out.json(json);
  }
}
