package dev.vitrine.features.search;

import dev.vitrine.features.embed.Collector;
import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.embed.Pictures;
import dev.vitrine.features.embed.Pooling;
import dev.vitrine.features.store.VectorLog;
import dev.vitrine.graph.VitrineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes and changes an index of pictures: a log of vectors, whose names are paths from the index's
 * folder, so that both can be moved together. Whatever ends the work, the index holds what it held
 * before and what was added or removed since, picture by picture.
 */
public record IndexTask(Path index) {
  /** How many pictures an index has, and its records that don't count any more. */
  public record State(int pictures, long stale) {}

  /**
   * Adds pictures that the index lacks, or that changed since.
   *
   * @param source what a new index is to say about its model besides, to find it again
   * @throws VitrineException when the index is of another model or other vectors
   */
  public Collector.Result add(
      Embedder embedder,
      Map<String, String> source,
      List<PictureSource> pictures,
      Collector.Listener listener) {
    if (!embedder.options().normalise() || embedder.options().pooling() == Pooling.PATCH) {
      throw new VitrineException(
          "an index takes one vector of length 1 a picture; not all patches");
    }
    Collector collector =
        new Collector(embedder, index, "other vectors; name another index or the same options");
    try (VectorLog log = collector.open(source)) {
      Map<String, PictureSource> named = new LinkedHashMap<>();
      pictures.forEach(p -> named.putIfAbsent(name(p), p));
      Collector.Result result =
          collector.collect(log, List.copyOf(named.values()), this::name, listener);
      tidy(log);
      return result;
    }
  }

  /**
   * Removes pictures, and what is in or below folders or archives.
   *
   * @return how many
   * @throws VitrineException when the index has nothing at one of the paths; then all stay
   */
  public int delete(List<Path> paths) {
    try (VectorLog log = VectorLog.append(index)) {
      List<String> names = new ArrayList<>();
      for (Path path : paths) {
        String name = name(path);
        int before = names.size();
        for (VectorLog.Entry e : log.entries()) {
          if (e.name().equals(name) || e.name().startsWith(name + "/") || name.isEmpty()) {
            names.add(e.name());
          }
        }
        if (names.size() == before) {
          throw new VitrineException(index + ": has no picture " + path + "; nothing was removed");
        }
      }
      int removed = 0;
      for (String name : names) {
        removed += log.remove(name) ? 1 : 0;
      }
      tidy(log);
      return removed;
    }
  }

  /** Removes the pictures whose files are gone; how many. */
  public int prune() {
    try (VectorLog log = VectorLog.append(index)) {
      Path base = base();
      List<String> gone = new ArrayList<>();
      for (VectorLog.Entry e : log.entries()) {
        Path path = base.resolve(e.name());
        if (Files.notExists(path) && Pictures.locate(path).stamp() == 0) {
          gone.add(e.name());
        }
      }
      gone.forEach(log::remove);
      tidy(log);
      return gone.size();
    }
  }

  /** Makes a damaged index anew from its whole records; how many bytes belonged to none. */
  public long repair() {
    try (VectorLog log = VectorLog.repair(index)) {
      if (log.lost() > 0) {
        log.compact();
      }
      return log.lost();
    }
  }

  /** Makes the graph of neighbours for fast searches, or brings it up to date; how many vectors. */
  public int connect() {
    try (VectorLog log = VectorLog.read(index)) {
      return NeighbourGraph.update(graph(index), log);
    }
  }

  /** Whether there is a graph of neighbours. */
  public boolean isConnected() {
    return Files.isDirectory(graph(index));
  }

  /** What the index holds. */
  public State state() {
    try (VectorLog log = VectorLog.read(index)) {
      return new State(log.entries().size(), log.stale());
    }
  }

  /** The folder of the graph of neighbours. */
  static Path graph(Path index) {
    return index.resolveSibling(index.getFileName() + ".hnsw");
  }

  /** A file of which more than half doesn't count any more is made anew. */
  private static void tidy(VectorLog log) {
    log.force();
    if (log.stale() > log.entries().size()) {
      log.compact();
    }
  }

  private String name(PictureSource picture) {
    return picture.path() == null ? picture.name() : name(picture.path());
  }

  private String name(Path path) {
    Path from = base().toAbsolutePath().normalize();
    Path to = path.toAbsolutePath().normalize();
    return (from.getRoot().equals(to.getRoot()) ? from.relativize(to) : to)
        .toString()
        .replace('\\', '/');
  }

  private Path base() {
    return base(index);
  }

  /** What the names in an index are relative to. */
  static Path base(Path index) {
    return index.getParent() == null ? Path.of("") : index.getParent();
  }
}
