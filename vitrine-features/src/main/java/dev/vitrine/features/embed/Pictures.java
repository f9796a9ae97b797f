package dev.vitrine.features.embed;

import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Finds pictures in folders, lists and archives. */
public final class Pictures {
  private static final Set<String> ENDINGS =
      Set.of("jpg", "jpeg", "jpe", "png", "gif", "bmp", "webp", "tif", "tiff");
  private static final Set<String> LISTS = Set.of("txt", "lst");
  private static final long MAX_LIST = 1L << 30;

  private Pictures() {}

  /**
   * The pictures that some paths mean, each once.
   *
   * <p>A folder stands for the pictures in it and below, told by their endings, in the order of
   * their names; hidden files and folders are left out. A {@code .txt} or {@code .lst} file lists
   * pictures, folders or archives, one a line, relative to its own folder; empty lines and those
   * that begin with # don't count. A {@code .tar}, {@code .tar.gz}, {@code .tgz} or {@code .zip}
   * file stands for the pictures in it, in its own order. Any other file is taken for a picture,
   * whether there is one or not.
   *
   * @throws VitrineException when a folder, list or archive can't be read or holds no picture
   */
  public static List<PictureSource> find(List<Path> paths) {
    Map<String, PictureSource> found = new LinkedHashMap<>();
    for (Path path : paths) {
      find(path, true).forEach(p -> found.putIfAbsent(p.name(), p));
    }
    return List.copyOf(found.values());
  }

  /** Whether a name ends as a picture's does. */
  public static boolean isPicture(String name) {
    return ENDINGS.contains(ending(name));
  }

  /**
   * The picture that a path means, which may lead into an archive as {@link PictureSource#name()}
   * of its members does. Whether there is one shows when it is read.
   */
  public static PictureSource locate(Path path) {
    if (!Files.exists(path)) {
      for (Path p = path.getParent(); p != null; p = p.getParent()) {
        if (Files.isRegularFile(p) && isArchive(p)) {
          String name = path.toString();
          for (PictureSource member : inArchive(p)) {
            if (member.name().equals(name)) {
              return member;
            }
          }
        }
      }
    }
    return PictureSource.of(path);
  }

  private static List<PictureSource> find(Path path, boolean lists) {
    String ending = ending(path.getFileName() == null ? "" : path.getFileName().toString());
    List<PictureSource> found;
    if (Files.isDirectory(path)) {
      found = inFolder(path);
    } else if (lists && LISTS.contains(ending)) {
      found = listed(path);
    } else if (isArchive(path)) {
      found = inArchive(path);
    } else {
      return List.of(PictureSource.of(path));
    }
    if (found.isEmpty()) {
      throw new VitrineException(path + ": holds no pictures; name another");
    }
    return found;
  }

  private static boolean isArchive(Path path) {
    return path.toString().matches("(?i).*\\.(tar|tgz|tar\\.gz|zip)");
  }

  private static List<PictureSource> inArchive(Path path) {
    return ending(path.toString()).equals("tar")
        ? TarArchive.pictures(path)
        : PackedArchive.pictures(path);
  }

  private static List<PictureSource> inFolder(Path folder) {
    try (Stream<Path> files = Files.find(folder, 64, (f, a) -> a.isRegularFile(), FOLLOW)) {
      return files
          .filter(f -> isPicture(f.toString()) && !isHidden(folder.relativize(f)))
          .sorted()
          .map(PictureSource::of)
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new VitrineException(folder + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  private static final FileVisitOption[] FOLLOW = {FileVisitOption.FOLLOW_LINKS};

  private static boolean isHidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static List<PictureSource> listed(Path list) {
    List<PictureSource> found = new ArrayList<>();
    try {
      if (Files.size(list) > MAX_LIST) {
        throw new VitrineException(list + ": is too large for a list of pictures");
      }
      for (String line : Files.readAllLines(list)) {
        String text = line.strip();
        if (!text.isEmpty() && !text.startsWith("#")) {
          found.addAll(find(list.resolveSibling(text), false));
        }
      }
    } catch (MalformedInputException e) {
      throw new VitrineException(list + ": is no list of pictures in UTF-8, one path a line", e);
    } catch (IOException e) {
      throw new VitrineException(list + ": can't be read (" + e.getMessage() + ")", e);
    }
    return found;
  }

  private static String ending(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
