package dev.vitrine.features.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * A window that moves over a file. The file is read, not mapped: another process may cut a record
 * off that it failed to write, and memory that a file no longer backs can't be touched.
 */
final class LogReader {
  private static final int WINDOW = 1 << 20;

  private final FileChannel file;
  private final long size;
  private ByteBuffer window = ByteBuffer.allocateDirect(WINDOW).order(ByteOrder.LITTLE_ENDIAN);
  private long start;

  LogReader(FileChannel file) throws IOException {
    this.file = file;
    this.size = file.size();
    window.limit(0);
  }

  /** The file's size when the reading began. */
  long size() {
    return size;
  }

  /** The bytes at a place, which must lie in the file; valid until the next call. */
  ByteBuffer at(long from, int length) throws IOException {
    if (from < start || from + length > start + window.limit()) {
      if (length > window.capacity()) {
        window = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
      }
      window.clear().limit((int) Math.min(window.capacity(), size - from));
      fill(file, from, window);
      window.flip();
      start = from;
    }
    return window.slice((int) (from - start), length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Fills a buffer from a place in a file. */
  static void fill(FileChannel file, long from, ByteBuffer into) throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int n = file.read(into, at);
      if (n < 0) {
        throw new IOException("it ends early");
      }
      at += n;
    }
  }
}
