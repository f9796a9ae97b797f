package dev.vitrine.features.embed;

import dev.vitrine.features.store.VectorLog;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Embeds a collection into a file and keeps what is done beside it, so that a run that was ended
 * goes on where it was.
 *
 * @param file of one of the kinds of {@link EmbeddingFile}
 */
public record EmbedTask(Path file) {
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
  public Result run(Embedder embedder, List<PictureSource> pictures, Collector.Listener listener) {
    EmbeddingFile kind = EmbeddingFile.of(file);
    Collector collector =
        new Collector(embedder, part(), "an unfinished run; delete it or write to another file");
    try (VectorLog part = collector.open(Map.of())) {
      Collector.Result result = collector.collect(part, pictures, PictureSource::name, listener);
      List<VectorLog.Entry> rows = new ArrayList<>();
      for (PictureSource p : pictures) {
        if (!result.failed().contains(p.name())) {
          rows.add(part.entry(p.name()));
        }
      }
      if (rows.isEmpty()) {
        if (part.entries().isEmpty()) {
          delete(part());
        }
        throw new VitrineException(file + ": none of the pictures can be read; nothing is written");
      }
      kind.write(
          file,
          rows.stream().map(VectorLog.Entry::name).toList(),
          embedder.shape(),
          i -> part.bytes(rows.get(i)),
          embedder.about());
      delete(part());
      return new Result(rows.size(), result.unchanged(), result.failed().size());
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new VitrineException(path + ": can't be deleted (" + e.getMessage() + ")", e);
    }
  }
}
