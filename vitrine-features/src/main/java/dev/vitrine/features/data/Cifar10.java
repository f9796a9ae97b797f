package dev.vitrine.features.data;

import dev.vitrine.features.data.PackedPictures.Packed;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.formats.FormatException;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * CIFAR-10's binary version: for each picture a byte for the class, then 32×32 levels of red, of
 * green and of blue (https://www.cs.toronto.edu/~kriz/cifar.html).
 */
final class Cifar10 {
  private static final int SIDE = 32;
  private static final int RECORD = 1 + 3 * SIDE * SIDE;

  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private Cifar10() {}

  /** The training batches in a folder, in order; none when it is of another kind. */
  static List<Path> trainingFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().matches("data_batch_\\d+\\.bin"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new VitrineException(folder + ": can't be listed (" + e.getMessage() + ")", e);
    }
  }

  static LabelledPictures read(List<Path> files) {
    List<PictureSource> pictures = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (Path file : files) {
      byte[] all = PackedPictures.read(file);
      if (all.length == 0 || all.length % RECORD != 0) {
        throw new FormatException(
            "%s: has %,d bytes, which are not pictures of CIFAR-10's %,d; download it again"
                .formatted(file, all.length, RECORD));
      }
      for (int i = 0; i < all.length / RECORD; i++) {
        int at = i * RECORD;
        if (all[at] < 0 || all[at] >= CLASSES.size()) {
          throw new FormatException(
              file + ": picture " + i + " has the class " + (all[at] & 0xff) + ", not 0 to 9");
        }
        pictures.add(new Packed(file + "/" + i, all, at + 1, SIDE, SIDE, 3));
        labels.add((int) all[at]);
      }
    }
    return new LabelledPictures(pictures, labels, CLASSES);
  }
}
