package dev.vitrine.formats;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file mapped read-only into memory. Slices of {@link #bytes()} stay valid until {@link #close}.
 * Safe for several threads.
 */
public final class MappedFile implements AutoCloseable {
  private final Path path;
  private final Arena arena;
  private final MemorySegment bytes;

  private MappedFile(Path path, Arena arena, MemorySegment bytes) {
    this.path = path;
    this.arena = arena;
    this.bytes = bytes;
  }

  /**
   * Maps a file.
   *
   * @throws FormatException when it is missing, a folder, or can't be read
   */
  public static MappedFile open(Path path) {
    if (Files.isDirectory(path)) {
      throw new FormatException(path + ": is a folder; name a file in it");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel file = FileChannel.open(path)) {
      return new MappedFile(path, arena, file.map(MapMode.READ_ONLY, 0, file.size(), arena));
    } catch (NoSuchFileException e) {
      arena.close();
      throw new FormatException(path + ": no such file; check the path", e);
    } catch (IOException | UnsupportedOperationException e) {
      arena.close();
      throw new FormatException(path + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  public Path path() {
    return path;
  }

  /** The whole file. */
  public MemorySegment bytes() {
    return bytes;
  }

  public long size() {
    return bytes.byteSize();
  }

  /** An error about this file: its path, then the message. */
  public FormatException fault(String message) {
    return new FormatException(path + ": " + message);
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
