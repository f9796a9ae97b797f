package dev.vitrine.build.data;

import dev.vitrine.build.config.QuantConfig.Format;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.archive.Archive;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files of one format in a folder or an archive.
 *
 * @param place the folder or archive
 * @param names of the files that fit the format, sorted
 */
record Source(Path place, List<String> names) {
  private static final Set<String> PICTURES =
      Set.of("png", "jpg", "jpeg", "jpe", "gif", "bmp", "webp", "tif", "tiff");

  /**
   * Looks a folder or archive through.
   *
   * @throws FormatException when it is not there or holds no file of that format
   */
  static Source open(Path place, Format format) {
    if (!Files.exists(place)) {
      throw new FormatException(place + ": there is no such archive or folder; check the path");
    }
    List<String> all =
        Files.isDirectory(place) ? walk(place) : new Archive(place, Archive.Limits.USUAL).names();
    if (all.isEmpty()) {
      throw new FormatException(place + ": holds no files");
    }
    Set<String> endings =
        switch (format) {
          case Image -> PICTURES;
          case Numpy, NumpyObject -> Set.of("npy");
          case Binary -> Set.of("bin");
        };
    List<String> fitting =
        all.stream()
            .filter(
                n -> endings.contains(n.substring(n.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)))
            .toList();
    if (fitting.isEmpty()) {
      throw new FormatException(
          "%s: holds no files for calibration_format %s, but such as '%s'; state its format"
              .formatted(place, format, all.getFirst()));
    }
    return new Source(place, fitting);
  }

  private static List<String> walk(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> folder.relativize(f).toString().replace('\\', '/'))
          .filter(n -> !n.startsWith(".") && !n.contains("/."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new FormatException(folder + ": can't be listed (" + e.getMessage() + ")", e);
    }
  }

  /** The names by the files' names without folder and ending, where each is one file's only. */
  Map<String, String> byStem() {
    Map<String, String> out = new HashMap<>();
    for (String name : names) {
      String other = out.putIfAbsent(stem(name), name);
      if (other != null) {
        throw new FormatException(
            "%s: '%s' and '%s' have the same name, which is to pair inputs; rename one"
                .formatted(place, other, name));
      }
    }
    return out;
  }

  private static String stem(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    return last.substring(0, last.lastIndexOf('.'));
  }

  /**
   * Brings files onto the disk.
   *
   * @param folder where those from an archive go
   * @return their places by name
   */
  Map<String, Path> fetch(Collection<String> wanted, Path folder) {
    Map<String, Path> out = new HashMap<>();
    if (Files.isDirectory(place)) {
      wanted.forEach(name -> out.put(name, place.resolve(name)));
      return out;
    }
    Set<String> left = new HashSet<>(wanted);
    new Archive(place, Archive.Limits.USUAL)
        .visit(
            (name, content) -> {
              if (left.remove(name)) {
                out.put(name, write(name, content, folder));
              }
            });
    if (!left.isEmpty()) {
      throw new FormatException(place + ": changed while it was read; try again");
    }
    return out;
  }

  private Path write(String name, InputStream content, Path folder) throws IOException {
    Path target = folder.resolve(name).normalize();
    if (!target.startsWith(folder.normalize())) {
      throw new FormatException(place + ": its entry '" + name + "' leads out of the archive");
    }
    Files.createDirectories(target.getParent());
    try (OutputStream out = Files.newOutputStream(target)) {
      content.transferTo(out);
    } catch (FormatException | IOException e) {
      Files.deleteIfExists(target);
      throw e;
    }
    return target;
  }

  /** That many of a list, spread evenly over it, in its order. */
  static <T> List<T> spread(List<T> all, int n) {
    List<T> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      out.add(all.get((int) ((long) i * all.size() / n)));
    }
    return out;
  }
}
