package dev.vitrine.formats;

import dev.vitrine.graph.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The named tensors of a checkpoint, in the file's order. They are views of mapped files, valid
 * until {@link #close}, except where their elements had to be rearranged. Safe for several threads.
 */
public final class Checkpoint implements AutoCloseable {
  private final Path path;
  private final Map<String, Tensor> tensors;
  private final Map<String, String> metadata;
  private final List<? extends AutoCloseable> files;

  /**
   * @param path the file for messages; of several, the one that names them
   * @param metadata what the file says besides, such as its licence
   * @param files what to close in the end
   */
  public Checkpoint(
      Path path,
      Map<String, Tensor> tensors,
      Map<String, String> metadata,
      List<? extends AutoCloseable> files) {
    this.path = path;
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    this.files = List.copyOf(files);
  }

  public Path path() {
    return path;
  }

  /** All files that it is in. */
  public List<Path> paths() {
    List<Path> out = new ArrayList<>(List.of(path));
    for (AutoCloseable file : files) {
      if (file instanceof Checkpoint part) {
        out.addAll(part.paths());
      }
    }
    return out.stream().distinct().toList();
  }

  public Map<String, Tensor> tensors() {
    return tensors;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  public FormatException fault(String message) {
    return new FormatException(path + ": " + message);
  }

  @Override
  public void close() {
    for (AutoCloseable file : files) {
      try {
        file.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new FormatException(path + ": can't be closed (" + e.getMessage() + ")", e);
      }
    }
  }
}
