package dev.vitrine.cli;

import dev.vitrine.engine.Options;
import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.Pooling;
import dev.vitrine.features.search.Found;
import dev.vitrine.features.search.PatchRanking;
import dev.vitrine.features.search.PictureSearch;
import dev.vitrine.features.search.PictureSearch.Reach;
import dev.vitrine.features.search.ResultSheet;
import dev.vitrine.vision.Phases;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import dev.vitrine.vision.image.ImageWriter;
import dev.vitrine.vision.resize.Box;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "search", description = "Finds the pictures of an index that are most like one.")
final class SearchCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "INDEX", description = "An index that index made.")
  Path index;

  @Parameters(index = "1", paramLabel = "IMAGE", description = "The query.")
  Path image;

  @Option(
      names = "-k",
      defaultValue = "10",
      paramLabel = "N",
      description = "How many to find (default: ${DEFAULT-VALUE}).")
  int k;

  @Option(
      names = "-o",
      paramLabel = "SHEET.png",
      description = "Draw the query and what was found.")
  Path sheet;

  @Option(
      names = "--box",
      paramLabel = "X1,Y1,X2,Y2",
      converter = BoxConverter.class,
      description = "Search for this part of the query: left, top, right, bottom in pixels.")
  Box box;

  @Option(
      names = "--rerank",
      paramLabel = "N",
      description =
          "Find N, then order them by how many of their patches and the query's are each other's"
              + " nearest.")
  int rerank;

  @Option(names = "--exact", description = "Look at all vectors, even if there is a graph.")
  boolean exact;

  @Mixin EmbedderOptions options;
  @Mixin Output out;

  @Override
  public Integer call() {
    if (sheet != null) {
      ImageWriter.check(sheet);
    }
    Phases phases = new Phases();
    Image whole = ImageReader.read(image, options.decoding.maxPixels);
    Image query = box == null ? whole : box.crop(whole);
    Options run = options.run.options(List.of());
    try (PictureSearch search =
        phases.time(
            "open", () -> PictureSearch.open(index, exact ? Reach.EXACT : Reach.AUTO, run))) {
      options.preset(search.about());
      List<Found> found =
          options.with(
              true,
              embedder -> {
                search.check(embedder);
                float[] vector = phases.time("model", () -> embedder.embed(query));
                return phases.time("search", () -> search.find(vector, Math.max(k, rerank)));
              });
      List<Found> ranked =
          rerank > 0 ? phases.time("rerank", () -> rerank(query, found, run)) : found;
      report(search, ranked.subList(0, Math.min(k, ranked.size())), whole, phases);
    }
    return 0;
  }

  private List<Found> rerank(Image query, List<Found> found, Options run) {
    options.output = Pooling.PATCH;
    return options.with(
        true,
        (Embedder embedder) -> {
          try (PatchRanking ranking = new PatchRanking(embedder, run)) {
            return ranking.rank(query, found);
          }
        });
  }

  private void report(PictureSearch search, List<Found> found, Image whole, Phases phases) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      Found f = found.get(i);
      out.line("%3d  %s  %s", i + 1, f.scores(), f.path());
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("image", f.path().toString());
      one.put("score", f.score());
      f.patches().ifPresent(p -> one.put("patches", p));
      one.put("size", List.of(f.height(), f.width()));
      list.add(one);
    }
    out.line(
        "%d pictures, %s; %s", search.count(), search.usesGraph() ? "by graph" : "exact", phases);
    if (sheet != null) {
      String name = image.getFileName().toString();
      ImageWriter.write(
          ResultSheet.draw(name, whole, box, found, options.decoding.maxPixels), sheet);
      out.line("wrote %s", sheet);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("query", image.toString());
    json.put("pictures", search.count());
    json.put("results", list);
    json.put("milliseconds", phases.milliseconds());
    out.json(json);
  }
}
