package dev.vitrine.cli;

import dev.vitrine.formats.catalog.Catalog;
import dev.vitrine.formats.catalog.CatalogEntry;
import dev.vitrine.formats.catalog.ModelCache;
import dev.vitrine.vision.Table;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "models", description = "Lists the models that are known by name.")
final class ModelsCommand implements Callable<Integer> {
  @Mixin Output out;

  @Override
  public Integer call() {
    ModelCache cache = ModelCache.ofUser();
    Table table = new Table("name", "model", "size", "licence", "here");
    List<Map<String, Object>> json = new ArrayList<>();
    if (Files.exists(Models.embedded())) {
      table.row("dinov2-small", "dinov2 ViT-S/14", "44 MB", "Apache-2.0", "embedded");
      json.add(entry("dinov2-small", "dinov2", "Apache-2.0", Models.embedded().toString()));
    }
    for (CatalogEntry e : Catalog.entries()) {
      boolean here = cache.has(e);
      table.row(
          e.name(),
          e.family() + " " + e.title(),
          e.megabytes() + " MB",
          e.licence(),
          here ? "%d MB".formatted(cache.size(e) / 1_000_000) : "");
      json.add(entry(e.name(), e.family(), e.licence(), here ? cache.path(e).toString() : null));
    }
    out.line(table);
    out.line("fetch one with: vitrine pull NAME; then use its name wherever a model is asked for");
    out.json(Map.of("models", json));
    return 0;
  }

  private static Map<String, Object> entry(
      String name, String family, String licence, String path) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", name);
    out.put("family", family);
    out.put("licence", licence);
    out.put("path", path);
    return out;
  }
}
