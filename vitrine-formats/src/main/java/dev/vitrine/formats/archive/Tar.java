package dev.vitrine.formats.archive;

import dev.vitrine.formats.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a tar file from its start to its end: the POSIX form, pax's long names and sizes, and GNU's
 * long names. Links, devices and folders are passed over.
 */
public final class Tar {
  /** Sees regular files. */
  public interface Visitor {
    /** Called for each entry of any kind. */
    default void count() {}

    /**
     * @param name as it is in the archive, which may be hostile
     * @param at the place of the file's first byte in the archive
     * @param size in bytes, as the archive states it
     * @param content to be read now or not at all
     */
    void visit(String name, long at, long size, InputStream content) throws IOException;
  }

  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 1 << 16;

  /** So that places don't overflow. */
  private static final long LARGEST_FILE = 1L << 56;

  private final InputStream in;
  private final String archive;
  private long position;

  /**
   * @param in from the archive's first byte on; the caller closes it
   * @param archive stands for the file in errors
   */
  public Tar(InputStream in, String archive) {
    this.in = in;
    this.archive = archive;
  }

  /**
   * Whether a stream, which can be marked, starts with a header, or with an empty archive's end.
   */
  public static boolean matches(InputStream in) throws IOException {
    in.mark(BLOCK);
    byte[] block = in.readNBytes(BLOCK);
    in.reset();
    return block.length == BLOCK && (isZero(block) || isHeader(block));
  }

  /**
   * Goes through all files in their order.
   *
   * @throws FormatException when the archive is damaged
   */
  public void visit(Visitor visitor) throws IOException {
    String longName = null;
    long longSize = -1;
    while (true) {
      byte[] header = in.readNBytes(BLOCK);
      if (header.length == 0 || (header.length == BLOCK && isZero(header))) {
        return;
      }
      if (header.length < BLOCK || !isHeader(header)) {
        throw damaged(
            header.length < BLOCK ? "it ends inside a header" : "a header's sum is wrong");
      }
      position += BLOCK;
      visitor.count();
      Content content = new Content(longSize >= 0 ? longSize : number(header, 124, 12));
      switch (header[156]) {
        case 'L' -> longName = text(content.small(), 0, LONGEST_NAME);
        case 'x' -> {
          byte[] records = content.small();
          String path = pax(records, "path");
          longName = path == null ? longName : path;
          String size = pax(records, "size");
          longSize = size == null ? -1 : parse(size, 10);
          content.skip();
          continue;
        }
        case 0, '0', '7' -> {
          String name = longName == null ? name(header) : longName;
          visitor.visit(name, position, content.size, content);
          longName = null;
        }
        case 'g', 'K' -> {}
        case 'S' -> throw damaged("it has sparse files, which are not read");
        default -> longName = null;
      }
      longSize = -1;
      content.skip();
    }
  }

  private static String name(byte[] header) {
    String name = text(header, 0, 100);
    boolean posix = text(header, 257, 6).equals("ustar") && header[262] == 0;
    String prefix = posix ? text(header, 345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(byte[] bytes, int at, int most) {
    int end = at;
    while (end < Math.min(bytes.length, at + most) && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, at, end - at, StandardCharsets.UTF_8);
  }

  /** A record {@code length key=value\n}; null when there is none of that key. */
  private String pax(byte[] records, String key) {
    String found = null;
    int at = 0;
    while (at < records.length && records[at] != 0) {
      int space = at;
      while (space < records.length && records[space] != ' ') {
        space++;
      }
      long length = parse(new String(records, at, space - at, StandardCharsets.US_ASCII), 10);
      if (length <= space - at || length > records.length - at) {
        throw damaged("a pax record is too long");
      }
      int end = at + (int) length;
      String record = new String(records, space + 1, end - space - 2, StandardCharsets.UTF_8);
      if (record.startsWith(key + "=")) {
        found = record.substring(key.length() + 1);
      }
      at = end;
    }
    return found;
  }

  /** An octal number in text, or a binary one after a byte of 0x80. */
  private long number(byte[] header, int at, int length) {
    if ((header[at] & 0x80) == 0) {
      return parse(text(header, at, length).strip(), 8);
    }
    long value = header[at] & 0x7f;
    for (int i = at + 1; i < at + length; i++) {
      if (value >> 55 != 0) {
        throw damaged("a size is too large");
      }
      value = value << 8 | (header[i] & 0xff);
    }
    return value;
  }

  private long parse(String digits, int radix) {
    try {
      long value = digits.isEmpty() ? 0 : Long.parseLong(digits, radix);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw damaged("'" + digits + "' is no size");
  }

  private static boolean isZero(byte[] block) {
    return Arrays.equals(block, new byte[BLOCK]);
  }

  /** Whether the sum that a header holds is that of its bytes, the sum's own taken as spaces. */
  private static boolean isHeader(byte[] header) {
    String stated = text(header, 148, 8).strip();
    if (!stated.matches("[0-7]{1,8}")) {
      return false;
    }
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
    }
    return sum == Long.parseLong(stated, 8);
  }

  private FormatException damaged(String what) {
    return new FormatException(archive + ": the tar is damaged (" + what + "); pack it anew");
  }

  /** An entry's bytes. */
  private final class Content extends InputStream {
    private final long size;
    private long left;

    Content(long size) {
      if (size > LARGEST_FILE) {
        throw damaged("a size is too large");
      }
      this.size = size;
      left = size;
    }

    /** All of it, where it is to be a name. */
    byte[] small() throws IOException {
      if (size > LONGEST_NAME) {
        throw damaged("a name is too long");
      }
      return readAllBytes();
    }

    /** Leaves the rest and what fills the last block. */
    void skip() throws IOException {
      long rest = left + Math.floorMod(-size, (long) BLOCK);
      position += size + Math.floorMod(-size, (long) BLOCK);
      left = 0;
      while (rest > 0) {
        long n = in.skip(rest);
        if (n == 0 && in.read() < 0) {
          throw damaged("it ends inside an entry");
        }
        rest -= n == 0 ? 1 : n;
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int at, int n) throws IOException {
      if (left == 0) {
        return -1;
      }
      int got = in.read(to, at, (int) Math.min(n, left));
      if (got < 0) {
        throw damaged("it ends inside an entry");
      }
      left -= got;
      return got;
    }
  }
}
