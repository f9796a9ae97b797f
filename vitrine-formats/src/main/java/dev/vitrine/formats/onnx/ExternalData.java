package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.MappedFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The data files that stand beside a model. Only regular files inside the model's folder are
 * opened: no absolute path, no {@code ..}, no symbolic link that leads out.
 */
final class ExternalData implements AutoCloseable {
  private final Path folder;
  private final Map<Path, MappedFile> files = new LinkedHashMap<>();

  /** Data files in that folder; null when the model stands alone and may not have any. */
  ExternalData(Path folder) {
    this.folder = folder;
  }

  /**
   * A tensor's bytes.
   *
   * @param where names the tensor in messages
   * @param entry ONNX's keys {@code location}, {@code offset} and {@code length}
   * @param bytes what the tensor's type takes
   */
  MemorySegment slice(String where, Map<String, String> entry, long bytes) {
    String location = entry.getOrDefault("location", "");
    MappedFile file = files.computeIfAbsent(resolve(where, location), MappedFile::open);
    long offset = number(where, entry, "offset", 0);
    long length = number(where, entry, "length", bytes);
    if (length != bytes) {
      throw new FormatException(where + " needs " + bytes + " bytes but is said to have " + length);
    }
    if (offset > file.size() || bytes > file.size() - offset) {
      throw new FormatException(
          String.format(
              "%s needs %,d bytes at %,d of %s, which has %,d; copy the file again",
              where, bytes, offset, location, file.size()));
    }
    return file.bytes().asSlice(offset, bytes);
  }

  private Path resolve(String where, String location) {
    if (folder == null) {
      throw new FormatException(where + " is said to be in another file");
    }
    try {
      Path wanted = Path.of(location);
      if (location.isEmpty()
          || wanted.isAbsolute()
          || !folder.resolve(wanted).normalize().startsWith(folder)) {
        throw new FormatException(where + ": '" + location + "' is not inside the model's folder");
      }
      Path file = folder.resolve(wanted).normalize();
      if (!Files.exists(file)) {
        throw new FormatException(where + ": " + file + " is missing; it belongs beside the model");
      }
      if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(folder.toRealPath())) {
        throw new FormatException(
            where + ": '" + location + "' is no file inside the model's folder");
      }
      return file.toRealPath();
    } catch (InvalidPathException | IOException e) {
      throw new FormatException(where + ": '" + location + "' can't be opened", e);
    }
  }

  private static long number(String where, Map<String, String> entry, String key, long missing) {
    String text = entry.get(key);
    if (text == null) {
      return missing;
    }
    if (!text.matches("\\d{1,18}")) {
      throw new FormatException(where + ": its " + key + " is '" + text + "'");
    }
    return Long.parseLong(text);
  }

  /** The files opened so far. */
  Set<Path> paths() {
    return files.keySet();
  }

  @Override
  public void close() {
    files.values().forEach(MappedFile::close);
  }
}
