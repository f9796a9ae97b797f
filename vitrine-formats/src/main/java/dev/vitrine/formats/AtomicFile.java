package dev.vitrine.formats;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes files so that a reader sees the old one or the whole new one: temporary name, then move.
 */
public final class AtomicFile {
  /** Writes the content to a new file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(FileChannel file) throws IOException;
  }

  /** Tells this process's temporary files apart. */
  private static final AtomicLong COUNT = new AtomicLong();

  private AtomicFile() {}

  /** A name that no other process's file has; to draw a random one takes long at first. */
  private static String unique() {
    return ProcessHandle.current().pid()
        + "-"
        + Long.toHexString(System.nanoTime())
        + "-"
        + COUNT.incrementAndGet();
  }

  /**
   * Makes or replaces a file.
   *
   * @throws FormatException when it can't be written; then nothing is left behind
   */
  public static void write(Path target, Content content) {
    Path folder = target.toAbsolutePath().getParent();
    Path temporary = null;
    try {
      if (Files.isDirectory(target)) {
        throw new FormatException(target + ": is a folder; name a file to write");
      }
      temporary = folder.resolve("." + target.getFileName() + "." + unique() + ".part");
      try (FileChannel file =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(file);
      }
      try {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
      }
      temporary = null;
    } catch (NoSuchFileException e) {
      throw new FormatException(target + ": can't be written, its folder does not exist", e);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? "access denied" : e.getReason();
      throw new FormatException(target + ": can't be written (" + reason + ")", e);
    } catch (IOException e) {
      throw new FormatException(target + ": can't be written (" + e.getMessage() + ")", e);
    } finally {
      delete(temporary);
    }
  }

  /** Makes or replaces a file that holds these bytes. */
  public static void write(Path target, byte[] bytes) {
    write(target, file -> append(file, MemorySegment.ofArray(bytes)));
  }

  /** Appends memory of any kind and size to a file that is being written. */
  public static void append(FileChannel file, MemorySegment data) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(data.byteSize(), 1 << 20));
    for (long at = 0; at < data.byteSize(); at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), data.byteSize() - at));
      MemorySegment.ofBuffer(buffer).copyFrom(data.asSlice(at, buffer.limit()));
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
    }
  }

  /**
   * Lets something append a part of a known size to a file that is being written.
   *
   * @throws IllegalArgumentException when it appends more or less
   */
  public static void exactly(FileChannel file, long bytes, Content part) throws IOException {
    long before = file.position();
    part.writeTo(file);
    if (file.position() - before != bytes) {
      throw new IllegalArgumentException(
          file.position() - before + " bytes were written in place of " + bytes);
    }
  }

  private static void delete(Path temporary) {
    if (temporary != null) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        // The first fault is the one to report.
      }
    }
  }
}
