package dev.vitrine.engine.packed;

import dev.vitrine.formats.ModelSource;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A folder of {@code .vitrine} files that models were packed into when they were first used, so
 * that later processes open those. A file is for one state of a model's files, one build of Vitrine
 * and one set of options. The folder can be deleted at any time; beyond a limit the files that were
 * unused for longest go. Nothing that goes wrong with it is an error: then models are read anew.
 *
 * <p>Safe for several threads and processes.
 */
public final class PackCache {
  private static final String ENDING = ".vitrine";
  private static final long MOST_BYTES = 2L << 30;
  private static final int MOST_FILES = 64;

  /** A model's folder with more files than that is no model's folder. */
  private static final int MOST_SIBLINGS = 200;

  /** What a model's file may take from beside it. */
  private static final List<String> BESIDE =
      List.of(
          "config.json",
          "preprocessor_config.json",
          "README.md",
          "LICENSE",
          "LICENSE.txt",
          "LICENSE.md",
          "LICENCE");

  private final Path folder;
  private final String build;

  /**
   * @param folder made when something is kept
   * @param build of the code that packs
   */
  PackCache(Path folder, String build) {
    this.folder = folder;
    this.build = build;
  }

  /**
   * A cache in that folder for the build that is running; null where that can't be told, because
   * its classes are not in jars.
   */
  public static PackCache in(Path folder) {
    try {
      CodeSource source = PackCache.class.getProtectionDomain().getCodeSource();
      Path jar = source == null ? null : Path.of(source.getLocation().toURI());
      if (jar == null || !jar.toString().endsWith(".jar")) {
        return null;
      }
      StringBuilder build = new StringBuilder();
      state(jar.getParent(), "vitrine-*.jar", build);
      return new PackCache(folder, build.toString());
    } catch (IOException | URISyntaxException e) {
      return null;
    }
  }

  /** Appends names, sizes and times of the files in a folder, in order. */
  private static void state(Path folder, String glob, StringBuilder out) throws IOException {
    List<String> lines = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
      for (Path file : files) {
        BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
        if (a.isRegularFile()) {
          lines.add(state(file, a));
        }
        if (lines.size() > MOST_SIBLINGS) {
          throw new IOException(folder + " has too many files");
        }
      }
    }
    lines.sort(Comparator.naturalOrder());
    lines.forEach(out::append);
  }

  private static String state(Path file, BasicFileAttributes a) {
    return file.getFileName() + " " + a.size() + " " + a.lastModifiedTime().toMillis() + "\n";
  }

  /**
   * What the files of a model are now; null when it can't be told.
   *
   * @param model a file or a folder
   */
  Entry entry(Path model) {
    StringBuilder out = new StringBuilder();
    try {
      out.append(model.toRealPath()).append('\n').append(build);
      if (Files.isDirectory(model)) {
        state(model, "*", out);
      } else {
        out.append(state(model, Files.readAttributes(model, BasicFileAttributes.class)));
        for (String name : BESIDE) {
          Path file = model.toAbsolutePath().resolveSibling(name);
          if (Files.exists(file)) {
            out.append(state(file, Files.readAttributes(file, BasicFileAttributes.class)));
          }
        }
      }
    } catch (IOException e) {
      return null;
    }
    return new Entry(model, out.toString());
  }

  /** The packed programs of a model in one state. */
  final class Entry {
    private final Path model;
    private final String state;

    private Entry(Path model, String state) {
      this.model = model;
      this.state = state;
    }

    String state() {
      return state;
    }

    /** The file of the model that was used last; null when there is none. */
    PackedModel any() {
      try {
        for (Kept file : kept(hash(state) + "-*" + ENDING)) {
          PackedModel found = open(file.path, null);
          if (found != null) {
            return found;
          }
        }
      } catch (IOException e) {
        // There is no folder yet.
      }
      return null;
    }

    /**
     * The file for some options; null when there is none.
     *
     * @param use all that decides what is packed
     */
    PackedModel find(String use) {
      Path file = file(use);
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? open(file, use) : null;
    }

    private PackedModel open(Path file, String use) {
      try {
        PackedModel packed = PackedModel.open(file);
        if (packed.isFor(state, use)) {
          touch(file);
          return packed;
        }
        packed.close();
      } catch (VitrineException e) {
        // Made anew.
      }
      return null;
    }

    private Path file(String use) {
      return folder.resolve(hash(state) + "-" + hash(use) + ENDING);
    }

    /** Keeps a program, unless the model takes more than its own file or folder. */
    void keep(ModelSource source, Consumer<PackedWriter> content, String use) {
      if (!Files.isDirectory(model) && source.files().size() != 1) {
        return;
      }
      try {
        PackedWriter writer = new PackedWriter(source).keyed(state, use);
        content.accept(writer);
        if (writer.bytes() <= MOST_BYTES / 4) {
          Files.createDirectories(folder);
          writer.write(file(use));
          trim();
        }
      } catch (IOException | VitrineException | IllegalArgumentException e) {
        // Not kept, for instance because of an element type that safetensors hasn't.
      }
    }
  }

  private static void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
    } catch (IOException e) {
      // It only goes the sooner.
    }
  }

  private record Kept(Path path, long bytes, long time) {}

  /** The files of that pattern, those used last first. */
  private List<Kept> kept(String glob) throws IOException {
    List<Kept> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
      for (Path f : files) {
        BasicFileAttributes a = Files.readAttributes(f, BasicFileAttributes.class);
        all.add(new Kept(f, a.size(), a.lastModifiedTime().toMillis()));
      }
    }
    all.sort((a, b) -> Long.compare(b.time, a.time));
    return all;
  }

  private void trim() throws IOException {
    List<Kept> all = kept("*" + ENDING);
    long bytes = 0;
    for (int i = 0; i < all.size(); i++) {
      bytes += all.get(i).bytes;
      if (bytes > MOST_BYTES || i >= MOST_FILES) {
        Files.deleteIfExists(all.get(i).path);
      }
    }
  }

  /** FNV-1a. The files hold what was hashed, so that a collision does no harm. */
  private static String hash(String text) {
    long h = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      h = (h ^ text.charAt(i)) * 0x100000001b3L;
    }
    return Long.toHexString(h);
  }
}
