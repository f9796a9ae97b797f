package dev.vitrine.features.embed;

import dev.vitrine.features.store.VectorLog;
import dev.vitrine.formats.Json;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Embeds a collection into a file and keeps what is done beside it, so that a run that was ended
 * goes on where it was.
 *
 * @param file of one of the kinds of {@link EmbeddingFile}
 */
public record EmbedTask(Path file) {
  /** Waits for the disk after so many pictures. */
  private static final int FORCE = 256;

  /** Told how it goes on, on the caller's thread. */
  public interface Listener {
    /** So many of all are done; at the start those of an earlier run. */
    void done(int pictures);

    /** A picture is left out. */
    void skipped(PictureSource picture, String reason);
  }

  /**
   * What was done.
   *
   * @param embedded pictures in the file
   * @param resumed how many of these an earlier run had done
   * @param skipped pictures that are not in it
   */
  public record Result(int embedded, int resumed, int skipped) {}

  /** What is kept while the work goes on. */
  public Path part() {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  /**
   * Embeds pictures and writes the file.
   *
   * @throws VitrineException when an earlier run's part is of something else, or a file can't be
   *     written; what is done is kept
   */
  public Result run(Embedder embedder, List<PictureSource> pictures, Listener listener) {
    EmbeddingFile kind = EmbeddingFile.of(file);
    Map<String, String> header = embedder.about();
    try (VectorLog part = open(embedder, header)) {
      List<PictureSource> todo = new ArrayList<>();
      for (PictureSource p : pictures) {
        VectorLog.Entry done = part.entry(p.name());
        if (done == null || p.stamp() == 0 || done.stamp() != p.stamp()) {
          todo.add(p);
        }
      }
      int resumed = pictures.size() - todo.size();
      listener.done(resumed);
      Keeper keeper = new Keeper(part, listener, resumed);
      embedder.embed(todo, keeper);
      List<VectorLog.Entry> rows = new ArrayList<>();
      for (PictureSource p : pictures) {
        if (!keeper.failed.contains(p.name())) {
          rows.add(part.entry(p.name()));
        }
      }
      if (rows.isEmpty()) {
        throw new VitrineException(file + ": none of the pictures can be read; nothing is written");
      }
      kind.write(
          file,
          rows.stream().map(VectorLog.Entry::name).toList(),
          embedder.shape(),
          i -> part.bytes(rows.get(i)),
          header);
      delete(part());
      return new Result(rows.size(), resumed, keeper.failed.size());
    }
  }

  private VectorLog open(Embedder embedder, Map<String, String> header) {
    Path path = part();
    if (Files.notExists(path)) {
      VectorLog.create(path, embedder.shape(), header);
    }
    VectorLog log = VectorLog.append(path);
    for (Map.Entry<String, String> e : header.entrySet()) {
      Json before = log.header().at(e.getKey());
      if (!Objects.equals(before.text(null), e.getValue())) {
        log.close();
        throw new VitrineException(
            "%s: is of an unfinished run with %s %s, not %s; delete it or write to another file"
                .formatted(path, e.getKey(), before.text("unknown"), e.getValue()));
      }
    }
    return log;
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new VitrineException(path + ": can't be deleted (" + e.getMessage() + ")", e);
    }
  }

  /** Adds what comes to the part file. */
  private static final class Keeper implements Embedder.Sink {
    private final VectorLog part;
    private final Listener listener;
    private final Set<String> failed = new HashSet<>();
    private int done;

    Keeper(VectorLog part, Listener listener, int done) {
      this.part = part;
      this.listener = listener;
      this.done = done;
    }

    @Override
    public void embedded(Embedder.Embedded e) {
      PictureSource p = e.source();
      if (p.name().matches("(?s).*[\r\n].*")) {
        failed(p, p.name() + ": has a line end in its name; rename it");
        return;
      }
      part.put(p.name(), p.stamp(), e.height(), e.width(), e.vector());
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
        part.force();
      }
    }
  }
}
