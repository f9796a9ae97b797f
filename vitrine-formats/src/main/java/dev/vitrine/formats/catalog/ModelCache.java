package dev.vitrine.formats.catalog;

import dev.vitrine.formats.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Models that were fetched, a folder each. Beside a model's files lies {@code SHA256SUMS}: what
 * they were at first use, and must be ever after. One process at a time may pull a model.
 */
public final class ModelCache {
  private static final String SUMS = "SHA256SUMS";

  private final Path root;

  /** A cache in that folder, which is made when something is pulled. */
  public ModelCache(Path root) {
    this.root = root;
  }

  /** The cache of this user: {@code $VITRINE_CACHE}, or {@code vitrine} where caches belong. */
  public static ModelCache ofUser() {
    String own = System.getenv("VITRINE_CACHE");
    String shared = System.getenv("XDG_CACHE_HOME");
    if (own != null && !own.isBlank()) {
      return new ModelCache(Path.of(own));
    }
    boolean known = shared != null && !shared.isBlank();
    Path caches = known ? Path.of(shared) : Path.of(System.getProperty("user.home"), ".cache");
    return new ModelCache(caches.resolve("vitrine"));
  }

  /** A file of a model that is in the cache, with its checksum. */
  public record Pulled(String name, long bytes, String sha256) {}

  /** What to open a model by, whether it is there or not. */
  public Path path(CatalogEntry entry) {
    return folder(entry).resolve(entry.main());
  }

  /** Whether all that a model needs is there. */
  public boolean has(CatalogEntry entry) {
    return entry.files().stream().allMatch(f -> f.optional() || present(entry, f) != null);
  }

  /** The bytes that a model takes in the cache. */
  public long size(CatalogEntry entry) {
    long size = 0;
    for (CatalogFile f : entry.files()) {
      Path there = present(entry, f);
      try {
        size += there == null ? 0 : Files.size(there);
      } catch (IOException e) {
        throw fault(there, "can't be read", e);
      }
    }
    return size;
  }

  /**
   * Fetches what is missing of a model and checks all of it.
   *
   * @return the model's files
   * @throws FormatException when a file can't be fetched, or is not what it was or should be
   */
  public List<Pulled> pull(CatalogEntry entry, PullProgress progress) {
    Path folder = folder(entry);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw fault(folder, "can't be made", e);
    }
    Map<String, String> sums = sums(folder);
    List<Pulled> out = new ArrayList<>();
    for (CatalogFile file : entry.files()) {
      Path there = present(entry, file);
      if (there == null) {
        there = fetch(folder, file, sums, progress);
      } else {
        check(there, file, sums, "it was changed; delete it and pull again");
      }
      if (there != null) {
        String name = there.getFileName().toString();
        out.add(new Pulled(name, there.toFile().length(), sums.get(name)));
      }
    }
    return out;
  }

  private Path folder(CatalogEntry entry) {
    return root.resolve(entry.name().replace('/', '_'));
  }

  /** The file under any of its names; null when it is not there. */
  private Path present(CatalogEntry entry, CatalogFile file) {
    return file.urls().stream()
        .map(url -> folder(entry).resolve(CatalogFile.nameOf(url)))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }

  /** Null when an optional file is nowhere. */
  private static Path fetch(
      Path folder, CatalogFile file, Map<String, String> sums, PullProgress progress) {
    for (URI url : file.urls()) {
      Path target = folder.resolve(CatalogFile.nameOf(url));
      Path part = folder.resolve(target.getFileName() + ".part");
      Download download = new Download(url, part, progress);
      if (download.run()) {
        try {
          check(part, target, file, sums, "the server has another file than before");
          Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
          throw fault(target, "can't be written", e);
        } finally {
          discard(download);
        }
        return target;
      }
    }
    if (file.optional()) {
      return null;
    }
    throw new FormatException(file.urls().getFirst() + ": the server has no such file");
  }

  private static void discard(Download download) {
    try {
      download.discard();
    } catch (IOException e) {
      // What is left is overwritten by the next pull.
    }
  }

  private static void check(Path file, CatalogFile known, Map<String, String> sums, String why) {
    check(file, file, known, sums, why);
  }

  /** Compares with the published checksum or the recorded one; records it at first use. */
  private static void check(
      Path content, Path file, CatalogFile known, Map<String, String> sums, String why) {
    String name = file.getFileName().toString();
    String sum = sha256(content);
    String expected = known.sha256().isEmpty() ? sums.get(name) : known.sha256();
    if (expected != null && !expected.equals(sum)) {
      throw new FormatException(
          file + ": its SHA-256 is " + sum + ", not " + expected + ": " + why);
    }
    if (!sum.equals(sums.put(name, sum))) {
      record(file.resolveSibling(SUMS), sums);
    }
  }

  /** Checksums by file name, as {@code sha256sum} writes them. */
  private static Map<String, String> sums(Path folder) {
    Map<String, String> sums = new TreeMap<>();
    Path file = folder.resolve(SUMS);
    if (Files.exists(file)) {
      try {
        for (String line : Files.readAllLines(file)) {
          if (!line.matches("[0-9a-f]{64}  [^/]+")) {
            throw new FormatException(file + ": is damaged; delete the folder and pull again");
          }
          sums.put(line.substring(66), line.substring(0, 64));
        }
      } catch (IOException e) {
        throw fault(file, "can't be read", e);
      }
    }
    return sums;
  }

  private static void record(Path file, Map<String, String> sums) {
    StringBuilder text = new StringBuilder();
    sums.forEach((name, sum) -> text.append(sum).append("  ").append(name).append('\n'));
    try {
      Files.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw fault(file, "can't be written", e);
    }
  }

  private static String sha256(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw fault(file, "can't be read", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FormatException fault(Path file, String what, IOException cause) {
    return new FormatException(file + ": " + what + " (" + cause.getMessage() + ")", cause);
  }
}
