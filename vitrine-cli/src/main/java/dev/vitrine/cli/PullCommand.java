package dev.vitrine.cli;

import dev.vitrine.formats.catalog.Catalog;
import dev.vitrine.formats.catalog.CatalogEntry;
import dev.vitrine.formats.catalog.ModelCache;
import dev.vitrine.formats.catalog.PullProgress;
import dev.vitrine.vision.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "pull", description = "Fetches a model that is known by name.")
final class PullCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "A name that 'vitrine models' lists.")
  String name;

  @Mixin Output out;

  @Override
  public Integer call() {
    CatalogEntry entry = Catalog.find(name);
    ModelCache cache = ModelCache.ofUser();
    out.line("%s: %s %s, licence %s", name, entry.family(), entry.title(), entry.licence());
    List<Map<String, Object>> files = new ArrayList<>();
    for (ModelCache.Pulled file : pull(cache, entry)) {
      out.line("%s  %,d bytes  SHA-256 %s", file.name(), file.bytes(), file.sha256());
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("file", file.name());
      json.put("bytes", file.bytes());
      json.put("sha256", file.sha256());
      files.add(json);
    }
    out.line("use it by its name, or as " + cache.path(entry));
    out.json(Map.of("name", name, "path", cache.path(entry).toString(), "files", files));
    return 0;
  }

  private static List<ModelCache.Pulled> pull(ModelCache cache, CatalogEntry entry) {
    Bars bars = new Bars();
    try {
      return cache.pull(entry, bars);
    } finally {
      bars.close();
    }
  }

  /** A bar for each file in turn. */
  private static final class Bars implements PullProgress {
    private String file = "";
    private Progress bar = Progress.onTerminal(1);

    @Override
    public void update(String name, long done, long total) {
      if (!name.equals(file)) {
        bar.close();
        bar = Progress.onTerminal(Math.max(1, total));
        file = name;
      }
      bar.to(done);
    }

    void close() {
      bar.close();
    }
  }
}
