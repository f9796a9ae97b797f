package dev.vitrine.vision.task;

import dev.vitrine.vision.image.ImageWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the results of a task go: a file for each picture, named after it, and for several pictures
 * a sheet with all of them.
 *
 * @param files one for each picture, in order
 * @param sheet null for one picture
 */
public record OutputFiles(List<Path> files, Path sheet) {
  /**
   * Names the results. One picture's goes to {@code out}; of several the sheet does, and the others
   * beside it. Without {@code out} they go to the current folder, where it is a folder into that.
   *
   * @param task put before the ending: {@code cat.jpg} becomes {@code cat.TASK.png}
   * @param out may be null
   */
  public static OutputFiles of(List<Path> pictures, Path out, String task) {
    boolean folder = out != null && Files.isDirectory(out);
    Path named = folder ? null : out;
    Path beside = named == null ? null : named.getParent();
    Path base = folder ? out : beside != null ? beside : Path.of("");
    if (named != null) {
      ImageWriter.check(named);
    }
    if (pictures.size() == 1 && named != null) {
      return new OutputFiles(List.of(named), null);
    }
    List<Path> files = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Path picture : pictures) {
      String stem = stem(picture);
      String name = stem;
      for (int n = 2; !taken.add(name); n++) {
        name = stem + "-" + n;
      }
      files.add(base.resolve(name + "." + task + ".png"));
    }
    Path sheet = named != null ? named : base.resolve(task + ".png");
    return new OutputFiles(files, pictures.size() == 1 ? null : sheet);
  }

  /** All of them, the sheet last. */
  public List<Path> all() {
    List<Path> all = new ArrayList<>(files);
    if (sheet != null) {
      all.add(sheet);
    }
    return all;
  }

  private static String stem(Path picture) {
    String name = picture.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
