package dev.vitrine.features.data;

import dev.vitrine.features.data.PackedPictures.Packed;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.formats.FormatException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * MNIST's format: a file of grey pictures, {@code …-images-idx3-ubyte}, and one of labels, {@code
 * …-labels-idx1-ubyte}. Each begins with its element type, its number of axes and their sizes.
 */
final class Idx {
  private static final int UNSIGNED_BYTES = 8;

  private Idx() {}

  /** Whether a file of that name holds pictures in this format. */
  static boolean isPictures(String name) {
    return name.matches(".*images[-.]idx3[-.]ubyte(\\.gz)?");
  }

  /** The training pictures in a folder; null when there are none in this format. */
  static Path trainingFile(Path folder) {
    for (String name : List.of("train-images-idx3-ubyte", "train-images.idx3-ubyte")) {
      for (String ending : List.of("", ".gz")) {
        if (Files.isRegularFile(folder.resolve(name + ending))) {
          return folder.resolve(name + ending);
        }
      }
    }
    return null;
  }

  static LabelledPictures read(Path images) {
    byte[] pixels = PackedPictures.read(images);
    int[] sizes = sizes(images, pixels, 3);
    Path beside =
        images.resolveSibling(
            images.getFileName().toString().replace("images", "labels").replace("idx3", "idx1"));
    byte[] labels = PackedPictures.read(beside);
    int n = sizes[0];
    if (sizes(beside, labels, 1)[0] != n) {
      throw new FormatException(
          "%s: has labels of %d pictures, %s has %d"
              .formatted(beside, sizes(beside, labels, 1)[0], images, n));
    }
    List<PictureSource> pictures = new ArrayList<>();
    List<Integer> classes = new ArrayList<>();
    int most = 0;
    for (int i = 0; i < n; i++) {
      int at = 16 + i * sizes[1] * sizes[2];
      pictures.add(new Packed(images + "/" + i, pixels, at, sizes[1], sizes[2], 1));
      int label = labels[8 + i] & 0xff;
      classes.add(label);
      most = Math.max(most, label);
    }
    List<String> names = IntStream.rangeClosed(0, most).mapToObj(Integer::toString).toList();
    return new LabelledPictures(pictures, classes, names);
  }

  /** The sizes of the axes, which the file's own size bears out. */
  private static int[] sizes(Path file, byte[] all, int axes) {
    ByteBuffer head = ByteBuffer.wrap(all);
    int start = 4 + 4 * axes;
    if (all.length < start || head.getInt() != (UNSIGNED_BYTES << 8 | axes)) {
      throw new FormatException(
          file + ": is no idx file of bytes with " + axes + (axes == 1 ? " axis" : " axes"));
    }
    int[] sizes = new int[axes];
    long count = 1;
    for (int i = 0; i < axes; i++) {
      sizes[i] = head.getInt();
      count = sizes[i] < 1 || count > all.length ? -1 : count * sizes[i];
    }
    if (count != all.length - start) {
      throw new FormatException(
          "%s: its size is not that of the %s elements it states; download it again"
              .formatted(file, java.util.Arrays.toString(sizes)));
    }
    return sizes;
  }
}
