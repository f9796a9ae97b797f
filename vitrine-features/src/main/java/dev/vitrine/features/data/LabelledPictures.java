package dev.vitrine.features.data;

import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.graph.VitrineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Pictures with classes.
 *
 * @param labels the class of each picture, an index of {@code classes}
 * @param classes names, each once
 */
public record LabelledPictures(
    List<PictureSource> pictures, List<Integer> labels, List<String> classes) {
  public LabelledPictures {
    pictures = List.copyOf(pictures);
    labels = List.copyOf(labels);
    classes = List.copyOf(classes);
    if (pictures.size() != labels.size()) {
      throw new VitrineException(pictures.size() + " pictures have " + labels.size() + " labels");
    }
  }

  /**
   * Opens a data set:
   *
   * <ul>
   *   <li>a folder with a folder of pictures for each class
   *   <li>CIFAR-10's binary version: a {@code .bin} file, or the folder with its training batches
   *   <li>MNIST's format: a file of pictures whose name holds {@code images}, beside the labels',
   *       or the folder with the training files; as they are or as {@code .gz}
   *   <li>a {@code .csv} or {@code .csv.gz} file of square grey pictures: levels row by row, then
   *       the class
   * </ul>
   *
   * Pictures in folders are read when their turn comes; other files are read at once.
   *
   * @throws VitrineException naming the file and the fault
   */
  public static LabelledPictures open(Path path) {
    String name = path.getFileName() == null ? "" : path.getFileName().toString();
    String lower = name.toLowerCase(Locale.ROOT);
    if (Files.isDirectory(path)) {
      List<Path> cifar = Cifar10.trainingFiles(path);
      Path idx = Idx.trainingFile(path);
      return !cifar.isEmpty()
          ? Cifar10.read(cifar)
          : idx != null ? Idx.read(idx) : ClassFolders.read(path);
    }
    if (lower.endsWith(".bin")) {
      return Cifar10.read(List.of(path));
    }
    if (lower.endsWith(".csv") || lower.endsWith(".csv.gz")) {
      return PixelTable.read(path);
    }
    if (Idx.isPictures(name)) {
      return Idx.read(path);
    }
    throw new VitrineException(
        path
            + (Files.exists(path)
                ? ": is no folder of class folders, CIFAR-10 .bin, MNIST images file or .csv"
                : ": no such file or folder; check the path"));
  }

  public int count() {
    return pictures.size();
  }

  /** Some of the pictures, in that order. */
  public LabelledPictures rows(int[] rows) {
    List<PictureSource> some = new ArrayList<>();
    List<Integer> theirs = new ArrayList<>();
    for (int row : rows) {
      some.add(pictures.get(row));
      theirs.add(labels.get(row));
    }
    return new LabelledPictures(some, theirs, classes);
  }
}
