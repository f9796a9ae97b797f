package dev.vitrine.formats.torch;

import dev.vitrine.formats.FormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The entries of a ZIP archive as views of its memory, by the central directory. Archives and
 * entries over 4 GB (ZIP64) are read too.
 */
final class StoredZip {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int END_SIZE = 22;
  private static final int LOCATOR_SIZE = 20;
  private static final long IN_EXTRA = 0xffffffffL;

  private final MemorySegment file;
  private final String name;
  private final Map<String, MemorySegment> entries = new LinkedHashMap<>();

  private StoredZip(MemorySegment file, String name) {
    this.file = file;
    this.name = name;
  }

  static boolean matches(MemorySegment file) {
    return file.byteSize() >= 4 && file.get(INT, 0) == LOCAL;
  }

  /** The entries by name, in order; null for one that is compressed. */
  static Map<String, MemorySegment> read(MemorySegment file, String name) {
    StoredZip zip = new StoredZip(file, name);
    try {
      zip.readDirectory();
    } catch (IndexOutOfBoundsException e) {
      throw zip.fault("its directory points outside the file", e);
    }
    return zip.entries;
  }

  private void readDirectory() {
    long end = findEnd();
    long count = u16(end + 10);
    long at = u32(end + 16);
    if (end >= LOCATOR_SIZE && file.get(INT, end - LOCATOR_SIZE) == LOCATOR_64) {
      long end64 = file.get(LONG, end - LOCATOR_SIZE + 8);
      if (file.get(INT, end64) != END_64) {
        throw fault("its directory is damaged", null);
      }
      count = file.get(LONG, end64 + 32);
      at = file.get(LONG, end64 + 48);
    }
    for (long i = 0; i < count; i++) {
      at = readEntry(at);
    }
  }

  /** The end record lies behind everything but a comment, which is at most 65,535 bytes. */
  private long findEnd() {
    long size = file.byteSize();
    for (long at = size - END_SIZE; at >= Math.max(0, size - END_SIZE - 65_535); at--) {
      if (file.get(INT, at) == END && at + END_SIZE + u16(at + 20) == size) {
        return at;
      }
    }
    throw fault("it has no directory at its end, so it was cut short", null);
  }

  private long readEntry(long at) {
    if (file.get(INT, at) != CENTRAL) {
      throw fault("its directory is damaged", null);
    }
    int method = u16(at + 10);
    long packed = u32(at + 20);
    long size = u32(at + 24);
    int nameLength = u16(at + 28);
    int extraLength = u16(at + 30);
    int commentLength = u16(at + 32);
    long local = u32(at + 42);
    String entry =
        new String(
            file.asSlice(at + 46, nameLength).toArray(ValueLayout.JAVA_BYTE),
            StandardCharsets.UTF_8);
    long extra = at + 46 + nameLength;
    long next = extra + extraLength + commentLength;
    // The 64-bit field holds, in this order, just those numbers that are all ones in the record.
    long wide = extra64(extra, extra + extraLength);
    if (size == IN_EXTRA && wide >= 0) {
      size = file.get(LONG, wide);
      wide += 8;
    }
    if (packed == IN_EXTRA && wide >= 0) {
      packed = file.get(LONG, wide);
      wide += 8;
    }
    if (local == IN_EXTRA && wide >= 0) {
      local = file.get(LONG, wide);
    }
    if (file.get(INT, local) != LOCAL) {
      throw fault("its entry '" + entry + "' is damaged", null);
    }
    if (entries.containsKey(entry)) {
      throw fault("its entry '" + entry + "' is there twice", null);
    }
    long data = local + 30 + u16(local + 26) + u16(local + 28);
    entries.put(entry, method == 0 && packed == size ? file.asSlice(data, size) : null);
    return next;
  }

  /** Where the content of the ZIP64 field starts; negative when there is none. */
  private long extra64(long from, long to) {
    for (long at = from; at + 4 <= to; at += 4 + u16(at + 2)) {
      if (u16(at) == 1) {
        return at + 4;
      }
    }
    return -1;
  }

  private int u16(long at) {
    return Short.toUnsignedInt(file.get(SHORT, at));
  }

  private long u32(long at) {
    return Integer.toUnsignedLong(file.get(INT, at));
  }

  private FormatException fault(String what, Throwable cause) {
    return new FormatException(
        name + ": is no usable checkpoint archive: " + what + "; download or save it again", cause);
  }
}
