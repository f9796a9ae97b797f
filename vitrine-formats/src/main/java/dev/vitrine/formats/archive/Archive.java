package dev.vitrine.formats.archive;

import dev.vitrine.formats.FormatException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The files in a tar, a zip, a gzipped tar, or one gzipped file; told apart by their content. A
 * hostile one can't name a place outside, nor give more than the limits.
 */
public final class Archive {
  /**
   * What an archive may hold.
   *
   * @param entries files and folders
   * @param entryBytes of one file, unpacked
   * @param totalBytes of all that is unpacked
   */
  public record Limits(int entries, long entryBytes, long totalBytes) {
    public static final Limits USUAL = new Limits(2_000_000, 1L << 30, 1L << 37);
  }

  /** Sees a file of the archive. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param name its path inside, with slashes, without steps up
     * @param content to be read now or not at all
     */
    void visit(String name, InputStream content) throws IOException;
  }

  private static final int GZIP = 0x1f8b;
  private static final int ZIP = 0x504b;

  private final Path file;
  private final Limits limits;

  public Archive(Path file, Limits limits) {
    this.file = file;
    this.limits = limits;
  }

  /** The names of all files, sorted. */
  public List<String> names() {
    List<String> out = new ArrayList<>();
    visit((name, _) -> out.add(name));
    Collections.sort(out);
    return out;
  }

  /**
   * Goes through all files in their order in the archive.
   *
   * @throws FormatException when it is none, is damaged, names a place outside, or is too large
   */
  public void visit(Visitor visitor) {
    Guard guard = new Guard(visitor);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      int magic = magic(in);
      if (magic == ZIP) {
        zip(guard);
      } else if (magic == GZIP) {
        gzip(new BufferedInputStream(new GZIPInputStream(in, 1 << 16)), guard);
      } else if (Tar.matches(in)) {
        new Tar(in, file.toString()).visit(guard);
      } else {
        throw new FormatException(file + ": is no tar, tar.gz or zip archive, and no folder");
      }
    } catch (ZipException e) {
      throw new FormatException(file + ": is damaged (" + e.getMessage() + "); pack it anew", e);
    } catch (IOException e) {
      throw new FormatException(file + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  private static int magic(InputStream in) throws IOException {
    in.mark(2);
    int magic = in.read() << 8 | in.read();
    in.reset();
    return magic;
  }

  private void gzip(InputStream in, Guard guard) throws IOException {
    if (Tar.matches(in)) {
      new Tar(in, file.toString()).visit(guard);
    } else {
      guard.visit(file.getFileName().toString().replaceFirst("(?i)\\.gz$", ""), in);
    }
  }

  private void zip(Guard guard) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
        ZipEntry entry = e.nextElement();
        guard.count();
        if (!entry.isDirectory()) {
          try (InputStream in = zip.getInputStream(entry)) {
            guard.visit(entry.getName(), in);
          }
        }
      }
    }
  }

  /** Holds an archive to the limits. */
  private final class Guard implements Tar.Visitor {
    private final Visitor visitor;
    private int entries;
    private long total;

    Guard(Visitor visitor) {
      this.visitor = visitor;
    }

    @Override
    public void count() {
      if (++entries > limits.entries()) {
        throw new FormatException(
            file + ": holds more than " + limits.entries() + " files; pack fewer");
      }
    }

    @Override
    public void visit(String name, long at, long size, InputStream content) throws IOException {
      visit(name, content);
    }

    void visit(String name, InputStream content) throws IOException {
      String path = name.replace('\\', '/').replaceFirst("^(\\./)+", "");
      if (path.startsWith("/") || path.matches("(?s)[A-Za-z]:.*|.*\\p{Cntrl}.*") || goesUp(path)) {
        throw new FormatException(
            file + ": its entry '" + name + "' leads out of the archive; pack it anew");
      }
      String last = path.substring(path.lastIndexOf('/') + 1);
      // What macOS and editors leave behind.
      if (!last.isEmpty() && !last.startsWith(".") && !path.startsWith("__MACOSX/")) {
        visitor.visit(path, new Counted(content, path));
      }
    }

    private static boolean goesUp(String path) {
      return List.of(path.split("/")).contains("..");
    }

    /** Ends with an error where a file passes its limit. */
    private final class Counted extends InputStream {
      private final InputStream in;
      private final String name;
      private long read;

      Counted(InputStream in, String name) {
        this.in = in;
        this.name = name;
      }

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] to, int at, int n) throws IOException {
        int got = in.read(to, at, n);
        read += Math.max(0, got);
        total += Math.max(0, got);
        if (read > limits.entryBytes() || total > limits.totalBytes()) {
          throw new FormatException(
              "%s: '%s' unpacks to more than %,d bytes; pack smaller files"
                  .formatted(file, name, Math.min(limits.entryBytes(), limits.totalBytes())));
        }
        return got;
      }
    }
  }
}
