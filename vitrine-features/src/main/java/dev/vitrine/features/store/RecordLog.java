package dev.vitrine.features.store;

import dev.vitrine.formats.AtomicFile;
import dev.vitrine.formats.FormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * A file of records that is only ever added to. Each record has its length and checksum, so that
 * one that was cut off when its writer ended is known and counts as not written. A record that is
 * damaged while later ones are whole is an error: nothing is dropped for it silently.
 *
 * <p>All numbers are little-endian: eight bytes {@code VITRLOG1}, then for each record a mark, the
 * length of its content, the CRC-32C of length and content, the content. For one thread.
 */
final class RecordLog implements AutoCloseable {
  /** Gets each record's content in order; the buffer is valid during the call. */
  interface Visitor {
    /**
     * @param at where the content begins in the file
     */
    void record(ByteBuffer content, long at);
  }

  private static final byte[] MAGIC = {'V', 'I', 'T', 'R', 'L', 'O', 'G', '1'};
  private static final int MARK = 0x7ec0_4d1a;
  private static final int FRAME = 12;

  private final Path path;
  private final FileChannel file;

  /** Where the last whole record ends. */
  private long end;

  /** For each record where it ends and the checksum of all checksums so far. */
  private final List<Mark> marks = new ArrayList<>();

  private final CRC32C running = new CRC32C();

  private record Mark(long end, long digest) {}

  RecordLog(Path path, FileChannel file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Makes a file with one record, whole or not at all.
   *
   * @throws FormatException when it can't be written
   */
  static void create(Path path, byte[] first) {
    AtomicFile.write(
        path,
        file -> {
          AtomicFile.append(file, MemorySegment.ofArray(MAGIC));
          for (ByteBuffer part : frame(ByteBuffer.wrap(first))) {
            AtomicFile.append(file, MemorySegment.ofBuffer(part));
          }
          file.force(true);
        });
  }

  /** Opens a file to read what was whole when it was opened. */
  static RecordLog read(Path path) {
    return open(path, StandardOpenOption.READ);
  }

  /**
   * Opens a file to add to it. One process may at a time; others may read meanwhile.
   *
   * @throws FormatException when another adds to it
   */
  static RecordLog append(Path path) {
    for (; ; ) {
      Object before = key(path);
      RecordLog log = open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      log.lock();
      // Another process may have put a new file in its place before the lock was ours.
      if (Objects.equals(before, key(path))) {
        return log;
      }
      log.close();
    }
  }

  private static Object key(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null; // Opening it will say what is wrong.
    }
  }

  private void lock() {
    try {
      FileLock lock = file.tryLock();
      if (lock == null) {
        throw fault("is being written by another process; wait for it");
      }
    } catch (OverlappingFileLockException e) {
      close();
      throw fault("is being written already; wait for that");
    } catch (IOException e) {
      close();
      throw new FormatException(path + ": can't be locked (" + e.getMessage() + ")", e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static RecordLog open(Path path, StandardOpenOption... options) {
    try {
      return new RecordLog(path, FileChannel.open(path, options));
    } catch (NoSuchFileException e) {
      throw new FormatException(path + ": no such file; check the path", e);
    } catch (IOException e) {
      throw new FormatException(path + ": can't be opened (" + e.getMessage() + ")", e);
    }
  }

  /**
   * Reads all records. Must come before {@link #append(byte[]...)}.
   *
   * @param repair pass over damaged stretches where records follow them
   * @return how many bytes were passed over, a record cut off at the end included
   * @throws FormatException when this is no such file, or damaged and not to be repaired
   */
  long scan(Visitor visitor, boolean repair) {
    try {
      return scan(new LogReader(file), visitor, repair);
    } catch (IOException e) {
      throw new FormatException(path + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  private long scan(LogReader in, Visitor visitor, boolean repair) throws IOException {
    byte[] magic = new byte[MAGIC.length];
    if (in.size() < MAGIC.length) {
      throw fault("is no file of vectors of Vitrine; name another");
    }
    in.at(0, MAGIC.length).get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw fault("is no file of vectors of Vitrine; name another");
    }
    long at = MAGIC.length;
    long skipped = 0;
    end = at;
    while (at < in.size()) {
      ByteBuffer content = record(in, at);
      if (content == null) {
        long next = at + 1;
        while (next < in.size() && record(in, next) == null) {
          next++;
        }
        skipped += next - at;
        if (next < in.size() && !repair) {
          throw fault(
              "is damaged at byte " + at + ", whole records follow; --repair keeps all whole ones");
        }
        at = next;
        continue;
      }
      int length = content.remaining();
      visitor.record(content, at + FRAME);
      at += FRAME + length;
      end = at;
      mark(checksum(content.rewind()));
    }
    return skipped;
  }

  /** The content of the record at a place; null when there is no whole one. */
  private static ByteBuffer record(LogReader in, long at) throws IOException {
    if (in.size() - at < FRAME) {
      return null;
    }
    ByteBuffer head = in.at(at, FRAME);
    if (head.getInt() != MARK) {
      return null;
    }
    int length = head.getInt();
    int sum = head.getInt();
    if (length < 0 || length > in.size() - at - FRAME) {
      return null;
    }
    ByteBuffer content = in.at(at + FRAME, length);
    return sum == checksum(content.duplicate()) ? content : null;
  }

  private static int checksum(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    int length = content.remaining();
    crc.update(ByteBuffer.allocate(4).putInt(0, length));
    crc.update(content);
    return (int) crc.getValue();
  }

  private static List<ByteBuffer> frame(ByteBuffer content) {
    ByteBuffer head = ByteBuffer.allocate(FRAME).order(ByteOrder.LITTLE_ENDIAN);
    head.putInt(MARK).putInt(content.remaining()).putInt(checksum(content.duplicate())).flip();
    return List.of(head, content);
  }

  /**
   * Adds a record after the last whole one.
   *
   * @return where its content begins
   * @throws FormatException when it can't be written; what was there before stays whole
   */
  long append(ByteBuffer content) {
    try {
      file.position(end);
      for (ByteBuffer part : frame(content)) {
        while (part.hasRemaining()) {
          file.write(part);
        }
      }
      long at = end + FRAME;
      end = file.position();
      mark(checksum(content.rewind()));
      return at;
    } catch (IOException e) {
      cut();
      throw new FormatException(
          "%s: can't be written (%s); what it held before is safe".formatted(path, e.getMessage()),
          e);
    }
  }

  private void mark(int checksum) {
    running.update(ByteBuffer.allocate(4).putInt(0, checksum));
    marks.add(new Mark(end, running.getValue()));
  }

  /** A number for all that the file holds up to the end of a record; −1 when none ends there. */
  long digest(long at) {
    int i = Collections.binarySearch(marks, new Mark(at, 0), Comparator.comparingLong(Mark::end));
    return i < 0 ? -1 : marks.get(i).digest();
  }

  /** Removes what follows the last whole record, so that the next one stands in its place. */
  void cut() {
    try {
      file.truncate(end);
    } catch (IOException e) {
      // A rest that stays is known by its checksum.
    }
  }

  /** Waits until all records are on the disk. */
  void force() {
    try {
      file.force(false);
    } catch (IOException e) {
      throw new FormatException(path + ": can't be written (" + e.getMessage() + ")", e);
    }
  }

  /** Reads bytes of a record's content. */
  void read(long at, ByteBuffer into) {
    try {
      LogReader.fill(file, at, into);
    } catch (IOException e) {
      throw new FormatException(path + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  /** Where the last whole record ends. */
  long end() {
    return end;
  }

  Path path() {
    return path;
  }

  FormatException fault(String what) {
    return new FormatException(path + ": " + what);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      // All that matters was forced or is read only.
    }
  }
}
