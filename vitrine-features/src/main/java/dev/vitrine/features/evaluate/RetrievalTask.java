package dev.vitrine.features.evaluate;

import dev.vitrine.engine.Options;
import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.Embeddings;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.embed.Vectors;
import dev.vitrine.features.search.Similarity;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.Image;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Measures how well features find pictures, by the cosine, as {@link Revisited} scores it.
 *
 * @param truth what is right
 */
public record RetrievalTask(RetrievalTruth truth) {
  private static final List<String> ENDINGS = List.of("", ".jpg", ".jpeg", ".png", ".JPG");

  /**
   * Scores features.
   *
   * <p>Rows are brought into the order of the ground truth by their names, where they have any: the
   * file's name without folder and ending.
   *
   * @throws VitrineException when rows are missing, too many, of different lengths, or hold NaN
   */
  public Map<Revisited, Revisited.Scores> score(
      Path databaseFile, Embeddings database, Path queryFile, Embeddings queries, Options options) {
    Tensor rows = rows(databaseFile, database, truth.database(), "imlist");
    Tensor wanted = rows(queryFile, queries, truth.queries(), "qimlist");
    if (rows.size(1) != wanted.size(1)) {
      throw new VitrineException(
          "%s has vectors of %d numbers, %s of %d; make both with one model"
              .formatted(databaseFile, rows.size(1), queryFile, wanted.size(1)));
    }
    return score(rows, wanted, options);
  }

  private static Tensor rows(Path file, Embeddings given, List<String> names, String list) {
    given.checked(file.toString());
    int[] order = new int[names.size()];
    if (given.named()) {
      Map<String, Integer> places = new HashMap<>();
      for (int i = 0; i < given.count(); i++) {
        places.put(stem(given.names().get(i)), i);
      }
      List<String> missing = names.stream().filter(n -> !places.containsKey(stem(n))).toList();
      if (!missing.isEmpty()) {
        throw new VitrineException(
            "%s: lacks %d of the %d names of %s, such as %s"
                .formatted(file, missing.size(), names.size(), list, missing.getFirst()));
      }
      Arrays.setAll(order, i -> places.get(stem(names.get(i))));
    } else {
      if (given.count() != names.size()) {
        throw new VitrineException(
            "%s: has %d rows for the %d names of %s"
                .formatted(file, given.count(), names.size(), list));
      }
      Arrays.setAll(order, i -> i);
    }
    float[] out = new float[Math.multiplyExact(order.length, given.length())];
    for (int i = 0; i < order.length; i++) {
      float[] row = Vectors.normalise(given.row(order[i]));
      System.arraycopy(row, 0, out, i * row.length, row.length);
    }
    return Tensor.f32(Shape.of(order.length, given.length()), out);
  }

  private static String stem(String name) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    for (String ending : ENDINGS.subList(1, ENDINGS.size())) {
      if (file.endsWith(ending)) {
        return file.substring(0, file.length() - ending.length());
      }
    }
    return file;
  }

  /**
   * Embeds the pictures and scores them.
   *
   * @param folder with the pictures, named as the ground truth names them
   * @param crop whether queries are cut to their boxes, as the paper does and DINO's does not
   * @param progress told how many pictures are done
   * @throws VitrineException when a picture is missing or can't be read
   */
  public Map<Revisited, Revisited.Scores> score(
      Path folder, boolean crop, Embedder embedder, Options options, IntConsumer progress) {
    List<PictureSource> pictures = new ArrayList<>();
    for (String name : truth.database()) {
      pictures.add(PictureSource.of(find(folder, name)));
    }
    for (int i = 0; i < truth.queries().size(); i++) {
      PictureSource query = PictureSource.of(find(folder, truth.queries().get(i)));
      pictures.add(crop ? new Cropped(query, box(i)) : query);
    }
    int length = Math.toIntExact(embedder.shape().count());
    int n = truth.database().size();
    float[] database = new float[Math.multiplyExact(n, length)];
    float[] queries = new float[Math.multiplyExact(pictures.size() - n, length)];
    embedder.embed(
        pictures,
        new Embedder.Sink() {
          private int done;

          @Override
          public void embedded(Embedder.Embedded e) {
            float[] vector = Vectors.normalise(e.vector());
            float[] into = done < n ? database : queries;
            System.arraycopy(vector, 0, into, (done < n ? done : done - n) * length, length);
            progress.accept(++done);
          }

          @Override
          public void failed(PictureSource picture, String reason) {
            throw new VitrineException(reason);
          }
        });
    return score(
        Tensor.f32(Shape.of(n, length), database),
        Tensor.f32(Shape.of(pictures.size() - n, length), queries),
        options);
  }

  private double[] box(int query) {
    double[] box = truth.answers().get(query).box();
    if (box == null || !(box[0] < box[2] && box[1] < box[3])) {
      throw new VitrineException(
          "query %s has no box in the ground truth; leave out --crop"
              .formatted(truth.queries().get(query)));
    }
    return box;
  }

  private Path find(Path folder, String name) {
    for (String ending : ENDINGS) {
      Path file = folder.resolve(name + ending);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw new VitrineException(
        "%s: has no picture %s.jpg, which the ground truth names".formatted(folder, name));
  }

  /** A part of a picture; the box's edges are rounded to pixels, halves to even. */
  private record Cropped(PictureSource whole, double[] box) implements PictureSource {
    @Override
    public String name() {
      return whole.name();
    }

    @Override
    public Image read(long limit) {
      int left = (int) Math.rint(box[0]);
      int top = (int) Math.rint(box[1]);
      int right = (int) Math.rint(box[2]);
      int bottom = (int) Math.rint(box[3]);
      return whole
          .read(limit)
          .crop(top, left, Math.max(1, bottom - top), Math.max(1, right - left));
    }
  }

  private Map<Revisited, Revisited.Scores> score(Tensor rows, Tensor wanted, Options options) {
    int n = truth.database().size();
    int q = truth.queries().size();
    List<int[]> rankings = new ArrayList<>();
    long[][] keys = new long[q][n];
    try (Similarity similarity = new Similarity(Math.toIntExact(rows.size(1)), n, q, options)) {
      similarity.run(
          rows,
          wanted,
          (query, first, products, count) -> {
            for (int i = 0; i < count; i++) {
              keys[query][first + i] = key(products[i], first + i);
            }
          });
    }
    for (long[] k : keys) {
      Arrays.parallelSort(k);
      rankings.add(Arrays.stream(k).mapToInt(v -> (int) v).toArray());
    }
    Map<Revisited, Revisited.Scores> out = new EnumMap<>(Revisited.class);
    for (Revisited setup : Revisited.values()) {
      out.put(setup, setup.score(truth.answers(), rankings));
    }
    return out;
  }

  /** Sorts by falling score, then by rising index. */
  private static long key(float score, int index) {
    int bits = Float.floatToIntBits(score + 0f);
    int rising = bits ^ (bits >> 31 & 0x7fffffff);
    return (long) ~rising << 32 | index;
  }
}
