package dev.vitrine.features.embed;

import dev.vitrine.features.store.VectorLog;
import dev.vitrine.graph.VitrineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Embeds pictures into a log of vectors, those that it lacks or that changed since.
 *
 * @param file of the log
 * @param other what the log is, and what to do, where it is of vectors of another kind
 */
public record Collector(Embedder embedder, Path file, String other) {
  /** Waits for the disk after so many pictures. */
  private static final int FORCE = 256;

  /** Told how it goes on, on the caller's thread. */
  public interface Listener {
    /** So many of all are done; at the start those that the log had. */
    void done(int pictures);

    /** A picture is left out. */
    void skipped(PictureSource picture, String reason);
  }

  /**
   * What was done.
   *
   * @param added pictures embedded
   * @param unchanged pictures that the log had
   * @param failed names of the pictures that are left out
   */
  public record Result(int added, int unchanged, Set<String> failed) {}

  /**
   * Opens the log to write, made if it isn't there.
   *
   * @param more to say in a new log about its vectors
   * @throws VitrineException when it holds vectors of another kind
   */
  public VectorLog open(Map<String, String> more) {
    Map<String, String> about = embedder.about();
    if (Files.notExists(file)) {
      Map<String, String> all = new HashMap<>(more);
      all.putAll(about);
      VectorLog.create(file, embedder.shape(), new TreeMap<>(all));
    }
    VectorLog log = VectorLog.append(file);
    for (Map.Entry<String, String> e : about.entrySet()) {
      String before = log.header().at(e.getKey()).text("unknown");
      if (!Objects.equals(before, e.getValue())) {
        log.close();
        throw new VitrineException(
            "%s: has %s %s, not %s: it is of %s"
                .formatted(file, e.getKey(), before, e.getValue(), other));
      }
    }
    return log;
  }

  /**
   * Adds what is missing. What is added stays, whatever ends the work.
   *
   * @param name of a picture in the log
   */
  public Result collect(
      VectorLog log,
      List<PictureSource> pictures,
      Function<PictureSource, String> name,
      Listener listener) {
    List<PictureSource> todo = new ArrayList<>();
    for (PictureSource p : pictures) {
      VectorLog.Entry entry = log.entry(name.apply(p));
      if (entry == null || p.stamp() == 0 || entry.stamp() != p.stamp()) {
        todo.add(p);
      }
    }
    int unchanged = pictures.size() - todo.size();
    listener.done(unchanged);
    Set<String> failed = new HashSet<>();
    embedder.embed(
        todo,
        new Embedder.Sink() {
          private int done = unchanged;

          @Override
          public void embedded(Embedder.Embedded e) {
            String key = name.apply(e.source());
            if (key.indexOf('\n') >= 0 || key.indexOf('\r') >= 0) {
              failed(e.source(), key + ": has a line end in its name; rename it");
              return;
            }
            log.put(key, e.source().stamp(), e.height(), e.width(), e.vector());
            step();
          }

          @Override
          public void failed(PictureSource picture, String reason) {
            failed.add(picture.name());
            listener.skipped(picture, reason);
            step();
          }

          private void step() {
            listener.done(++done);
            if (done % FORCE == 0) {
              log.force();
            }
          }
        });
    log.force();
    return new Result(todo.size() - failed.size(), unchanged, failed);
  }
}
