package dev.vitrine.features.embed;

import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageException;
import dev.vitrine.vision.image.ImageReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pictures of a tar archive: POSIX ustar and pax headers, GNU's long names and sizes in binary.
 * Only headers are read until a picture's turn comes.
 */
final class TarArchive {
  private static final int BLOCK = 512;

  /** Names and pax records longer than this are an attempt to fill the memory. */
  private static final int MAX_TEXT = 1 << 20;

  private final Path path;
  private final FileChannel file;
  private final long size;
  private final List<PictureSource> found = new ArrayList<>();

  private TarArchive(Path path, FileChannel file) throws IOException {
    this.path = path;
    this.file = file;
    this.size = file.size();
  }

  /**
   * The pictures in an archive, in its order.
   *
   * @throws VitrineException when it is damaged or can't be read
   */
  static List<PictureSource> pictures(Path path) {
    try (FileChannel file = FileChannel.open(path)) {
      TarArchive archive = new TarArchive(path, file);
      archive.scan(Files.getLastModifiedTime(path).toMillis());
      return archive.found;
    } catch (NoSuchFileException e) {
      throw new VitrineException(path + ": no such file; check the path", e);
    } catch (IOException e) {
      throw new VitrineException(path + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  private record Member(Path archive, String name, long at, int bytes, long stamp)
      implements PictureSource {
    @Override
    public Image read(long limit) {
      byte[] all = new byte[bytes];
      try (FileChannel file = FileChannel.open(archive)) {
        TarArchive.read(file, ByteBuffer.wrap(all), at);
      } catch (IOException e) {
        throw new ImageException(name + ": can't be read (" + e.getMessage() + ")", e);
      }
      return ImageReader.read(all, name, limit);
    }

    @Override
    public Path path() {
      return Path.of(name);
    }
  }

  private void scan(long changed) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(BLOCK);
    Map<String, String> next = new HashMap<>();
    long at = 0;
    while (at + BLOCK <= size) {
      header.clear();
      read(file, header, at);
      byte[] h = header.array();
      if (isZero(h)) {
        return;
      }
      check(h, at);
      long data = at + BLOCK;
      long bytes = next.containsKey("size") ? decimal(next.get("size"), at) : number(h, 124, at);
      if (bytes < 0 || bytes > size - data) {
        throw fault("ends inside a file", at);
      }
      switch (h[156]) {
        case 'L' -> next.put("path", text(data, bytes).split("\0", 2)[0]);
        case 'x' -> pax(text(data, bytes), next, at);
        case 'g', 'K' -> {}
        default -> {
          String name = next.getOrDefault("path", name(h));
          if ((h[156] == '0' || h[156] == 0) && Pictures.isPicture(name) && bytes < 1L << 31) {
            long stamp = PictureSource.stamp(data * 31 + bytes, changed);
            found.add(
                new Member(
                    path,
                    path + "/" + name.replaceFirst("^(\\./|/)+", ""),
                    data,
                    (int) bytes,
                    stamp));
          }
          next.clear();
        }
      }
      at = data + (bytes + BLOCK - 1) / BLOCK * BLOCK;
    }
    if (at == 0) {
      throw fault("is no tar archive", 0);
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** The header's sum counts its own eight bytes as spaces. */
  private void check(byte[] h, long at) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : h[i] & 0xff;
    }
    if (sum != number(h, 148, at)) {
      throw fault(at == 0 ? "is no tar archive" : "is damaged", at);
    }
  }

  /** A field of 12 or 8 bytes: octal digits, or binary where the highest bit is set. */
  private long number(byte[] h, int from, long at) {
    int length = from == 148 ? 8 : 12;
    long value = 0;
    if ((h[from] & 0x80) != 0) {
      for (int i = from + 4; i < from + length; i++) {
        value = value << 8 | h[i] & 0xff;
      }
      return value;
    }
    String digits = new String(h, from, length, StandardCharsets.ISO_8859_1).split("\0", 2)[0];
    if (!digits.strip().matches("[0-7]{0,12}")) {
      throw fault(at == 0 ? "is no tar archive" : "is damaged", at);
    }
    return digits.isBlank() ? 0 : Long.parseLong(digits.strip(), 8);
  }

  private long decimal(String digits, long at) {
    if (!digits.matches("\\d{1,18}")) {
      throw fault("is damaged", at);
    }
    return Long.parseLong(digits);
  }

  private static String name(byte[] h) {
    String name = field(h, 0, 100);
    boolean posix = field(h, 257, 6).equals("ustar");
    String prefix = posix ? field(h, 345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String field(byte[] h, int from, int length) {
    return new String(h, from, length, StandardCharsets.UTF_8).split("\0", 2)[0];
  }

  private String text(long at, long bytes) throws IOException {
    if (bytes > MAX_TEXT) {
      throw fault("has a name of " + bytes + " bytes", at);
    }
    byte[] all = new byte[(int) bytes];
    read(file, ByteBuffer.wrap(all), at);
    return new String(all, StandardCharsets.UTF_8);
  }

  /** Records {@code LENGTH KEY=VALUE\n}, the length in bytes of the whole record. */
  private void pax(String text, Map<String, String> into, long at) {
    byte[] all = text.getBytes(StandardCharsets.UTF_8);
    int from = 0;
    while (from < all.length && all[from] != 0) {
      String rest = new String(all, from, all.length - from, StandardCharsets.UTF_8);
      int space = rest.indexOf(' ');
      long length = space < 1 ? -1 : decimal(rest.substring(0, space), at);
      if (length <= space || length > all.length - from) {
        throw fault("is damaged", at);
      }
      String record =
          new String(all, from + space + 1, (int) length - space - 2, StandardCharsets.UTF_8);
      int equals = record.indexOf('=');
      if (equals > 0) {
        into.put(record.substring(0, equals), record.substring(equals + 1));
      }
      from += (int) length;
    }
  }

  private VitrineException fault(String what, long at) {
    return new VitrineException(
        path + ": " + what + (at == 0 ? "" : " at byte " + at) + "; make it again with tar");
  }

  private static void read(FileChannel file, ByteBuffer into, long at) throws IOException {
    long position = at;
    while (into.hasRemaining()) {
      int n = file.read(into, position);
      if (n < 0) {
        throw new IOException("it ends early");
      }
      position += n;
    }
  }
}
