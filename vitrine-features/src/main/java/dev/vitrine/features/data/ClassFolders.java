package dev.vitrine.features.data;

import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.embed.Pictures;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A folder with a folder of pictures for each class, named after it; in the order of the names. */
final class ClassFolders {
  private ClassFolders() {}

  static LabelledPictures read(Path root) {
    List<PictureSource> pictures = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<String> classes = new ArrayList<>();
    for (Path folder : folders(root)) {
      List<PictureSource> found;
      try {
        found = Pictures.find(List.of(folder));
      } catch (VitrineException e) {
        throw new VitrineException(e.getMessage() + ", as it stands for a class", e);
      }
      found.forEach(
          p -> {
            pictures.add(p);
            labels.add(classes.size());
          });
      classes.add(folder.getFileName().toString());
    }
    return new LabelledPictures(pictures, labels, classes);
  }

  private static List<Path> folders(Path root) {
    List<Path> folders;
    try (Stream<Path> all = Files.list(root)) {
      folders =
          all.filter(f -> Files.isDirectory(f) && !f.getFileName().toString().startsWith("."))
              .sorted()
              .toList();
    } catch (IOException e) {
      throw new VitrineException(root + ": can't be listed (" + e.getMessage() + ")", e);
    }
    if (folders.isEmpty()) {
      throw new VitrineException(
          root + ": has no folders; put the pictures of each class into a folder of its own");
    }
    return folders;
  }
}
