package dev.vitrine.features.probe;

import dev.vitrine.features.data.LabelledPictures;
import dev.vitrine.features.data.RowRange;
import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.EmbeddingFile;
import dev.vitrine.features.embed.Embeddings;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Where examples come from: pictures with classes, as {@link LabelledPictures#open} takes them, or
 * a {@code .npy} or {@code .safetensors} file of features whose names' folders are the classes.
 *
 * @param labels a file with the class of each row of features: a text file with one a line, or a
 *     {@code .npy} file of whole numbers; null for the names' folders
 * @param rows of what there is
 */
public record ExampleSource(Path data, Path labels, RowRange rows) {
  private static final long MOST_LABELS = 1L << 30;

  /** Told how embedding goes on. */
  public interface Listener {
    /** One more picture is done. */
    void step();

    /** A picture can't be read and is left out. */
    void skipped(PictureSource picture, String reason);
  }

  /** Whether these are features already. */
  public boolean isFeatures() {
    String name = data.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".npy") || name.endsWith(".safetensors");
  }

  /** The pictures. */
  public LabelledPictures pictures() {
    if (labels != null) {
      throw new VitrineException(
          labels + ": labels go with a .npy or .safetensors file of features, not " + data);
    }
    LabelledPictures all = LabelledPictures.open(data);
    return rows.equals(RowRange.ALL) ? all : all.rows(rows.of(all.count()));
  }

  /** Takes pictures through a model. */
  public static Examples embed(LabelledPictures pictures, Embedder embedder, Listener listener) {
    Shape shape = embedder.shape();
    if (shape.rank() != 1) {
      throw new VitrineException(
          "a classifier takes one vector a picture; choose --output cls, mean, cls-mean or gem");
    }
    int width = (int) shape.size(0);
    float[] values = new float[Math.multiplyExact(pictures.count(), width)];
    List<Integer> labels = new ArrayList<>();
    Map<PictureSource, Integer> classes = new IdentityHashMap<>();
    for (int i = 0; i < pictures.count(); i++) {
      classes.put(pictures.pictures().get(i), pictures.labels().get(i));
    }
    embedder.embed(
        pictures.pictures(),
        new Embedder.Sink() {
          @Override
          public void embedded(Embedder.Embedded e) {
            System.arraycopy(e.vector(), 0, values, labels.size() * width, width);
            labels.add(classes.get(e.source()));
            listener.step();
          }

          @Override
          public void failed(PictureSource picture, String reason) {
            listener.skipped(picture, reason);
            listener.step();
          }
        });
    if (labels.isEmpty()) {
      throw new VitrineException("none of the " + pictures.count() + " pictures can be read");
    }
    int[] all = labels.stream().mapToInt(Integer::intValue).toArray();
    float[] used = Arrays.copyOf(values, all.length * width);
    return new Examples(used, width, all, pictures.classes());
  }

  /** Reads features. */
  public Examples read() {
    Embeddings features = EmbeddingFile.read(data).checked(data.toString());
    if (features.vectors().rank() != 2) {
      throw new VitrineException(
          data + ": holds " + features.vectors().type() + ", not one vector a picture [n, width]");
    }
    List<String> names = labels == null ? folders(features) : labelsOf(features.count());
    Comparator<String> numbersFirst =
        Comparator.comparingInt((String s) -> s.matches("\\d+") ? s.length() : Integer.MAX_VALUE);
    TreeSet<String> sorted = new TreeSet<>(numbersFirst.thenComparing(Comparator.naturalOrder()));
    sorted.addAll(names);
    List<String> classes = new ArrayList<>(sorted);
    Map<String, Integer> places = new HashMap<>();
    classes.forEach(c -> places.put(c, places.size()));
    int[] numbers = names.stream().mapToInt(places::get).toArray();
    float[] values = features.matrix().toFloats();
    Examples all = new Examples(values, features.length(), numbers, classes);
    return rows.equals(RowRange.ALL) ? all : all.rows(rows.of(all.count()));
  }

  private List<String> folders(Embeddings features) {
    List<String> out = new ArrayList<>();
    for (String name : features.names()) {
      Path folder = features.named() ? Path.of(name).getParent() : null;
      if (folder == null || folder.getFileName() == null) {
        throw new VitrineException(
            data + ": '" + name + "' is in no folder that names its class; give --labels");
      }
      out.add(folder.getFileName().toString());
    }
    return out;
  }

  private List<String> labelsOf(int count) {
    List<String> out = new ArrayList<>();
    if (labels.toString().toLowerCase(Locale.ROOT).endsWith(".npy")) {
      Tensor t = Npy.read(labels);
      if (t.dtype().isFloat() || t.rank() != 1) {
        throw new VitrineException(labels + ": holds " + t.type() + ", not whole numbers [n]");
      }
      for (long v : t.toLongs()) {
        out.add(Long.toString(v));
      }
    } else {
      out.addAll(lines());
    }
    if (out.size() != count) {
      throw new VitrineException(
          "%s: has %d labels for the %d rows of %s".formatted(labels, out.size(), count, data));
    }
    return out;
  }

  private List<String> lines() {
    try {
      if (Files.size(labels) > MOST_LABELS) {
        throw new VitrineException(labels + ": is too large for a list of labels");
      }
      return Files.readString(labels, StandardCharsets.UTF_8).lines().map(String::strip).toList();
    } catch (IOException e) {
      throw new VitrineException(
          labels + ": can't be read as a text file of labels (" + e.getMessage() + ")", e);
    }
  }
}
