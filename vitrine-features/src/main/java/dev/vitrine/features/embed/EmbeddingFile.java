package dev.vitrine.features.embed;

import dev.vitrine.formats.AtomicFile;
import dev.vitrine.formats.Checkpoint;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.Json;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.formats.safetensors.Safetensors;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Vectors with names in files of three kinds, told apart by their ending.
 *
 * <ul>
 *   <li>{@code .npy}: the vectors; the names are in a text file beside it, one a line in the same
 *       order, {@code x.txt} for {@code x.npy}.
 *   <li>{@code .safetensors}: the tensor {@code features}; the metadata hold {@code names}, a JSON
 *       list, and what else is known.
 *   <li>{@code .csv}: a line for each vector: the name, for patches row and column, then the
 *       numbers, in the shortest form that reads back to the same float.
 * </ul>
 */
public enum EmbeddingFile {
  NPY(".npy"),
  SAFETENSORS(".safetensors"),
  CSV(".csv");

  private static final String FEATURES = "features";
  private static final String NAMES = "names";

  /** Gives the elements of a row as little-endian floats. */
  @FunctionalInterface
  public interface Rows {
    ByteBuffer bytes(int row);
  }

  private final String ending;

  EmbeddingFile(String ending) {
    this.ending = ending;
  }

  /**
   * The kind that a file's name ends as.
   *
   * @throws VitrineException when it is none of these
   */
  public static EmbeddingFile of(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    for (EmbeddingFile f : values()) {
      if (name.endsWith(f.ending)) {
        return f;
      }
    }
    throw new VitrineException(
        file + ": features are kept as .npy, .safetensors or .csv; change the ending");
  }

  /** Where the names of a file's rows are, if not in it. */
  public Path names(Path file) {
    String name = file.getFileName().toString();
    return this == NPY
        ? file.resolveSibling(name.substring(0, name.length() - ending.length()) + ".txt")
        : file;
  }

  /**
   * Writes vectors; each file appears whole or not at all.
   *
   * @param names of the rows, without line ends
   * @param row the shape of one row
   * @param rows asked for in order
   * @param about what else is known; only safetensors files hold it
   */
  public void write(
      Path file, List<String> names, Shape row, Rows rows, Map<String, String> about) {
    List<Dim> dims = new ArrayList<>(row.dims());
    dims.addFirst(Dim.of(names.size()));
    TensorType type = new TensorType(DType.F32, new Shape(dims));
    AtomicFile.Content elements =
        out -> {
          for (int i = 0; i < names.size(); i++) {
            ByteBuffer bytes = rows.bytes(i);
            while (bytes.hasRemaining()) {
              out.write(bytes);
            }
          }
        };
    switch (this) {
      case NPY -> {
        String text = String.join("\n", names) + "\n";
        AtomicFile.write(names(file), text.getBytes(StandardCharsets.UTF_8));
        Npy.write(file, type, elements);
      }
      case SAFETENSORS -> {
        Map<String, String> metadata = new LinkedHashMap<>(about);
        metadata.put(NAMES, Json.print(names));
        Safetensors.writeParts(
            file, Map.of(FEATURES, type), (_, out) -> elements.writeTo(out), metadata);
      }
      case CSV -> EmbeddingCsv.write(file, names, row, rows);
    }
  }

  /**
   * Reads a file. Without names, rows are called by their numbers.
   *
   * @throws VitrineException when it is damaged or holds something else
   */
  public static Embeddings read(Path file) {
    return switch (of(file)) {
      case NPY -> npy(file);
      case SAFETENSORS -> safetensors(file);
      case CSV -> EmbeddingCsv.read(file);
    };
  }

  private static Embeddings npy(Path file) {
    Tensor vectors = check(file, Npy.read(file));
    Path beside = NPY.names(file);
    if (!Files.isRegularFile(beside)) {
      return Embeddings.nameless(vectors);
    }
    try {
      return named(beside, Files.readAllLines(beside), vectors);
    } catch (IOException e) {
      throw new FormatException(beside + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  private static Embeddings safetensors(Path file) {
    try (Checkpoint all = Safetensors.read(file)) {
      Tensor stored =
          all.tensors().size() == 1
              ? all.tensors().values().iterator().next()
              : all.tensors().get(FEATURES);
      if (stored == null) {
        throw new FormatException(file + ": has no tensor '" + FEATURES + "'; name another file");
      }
      Tensor vectors = Tensor.zeros(stored.type());
      vectors.data().copyFrom(stored.data());
      vectors = check(file, vectors);
      String names = all.metadata().get(NAMES);
      if (names == null) {
        return Embeddings.nameless(vectors);
      }
      Json list = Json.parse(names, file + ": names");
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < list.size(); i++) {
        texts.add(list.at(i).text(""));
      }
      return named(file, texts, vectors);
    }
  }

  private static Tensor check(Path file, Tensor t) {
    if (t.rank() < 2 || t.count() == 0 || !t.dtype().isFloat()) {
      throw new FormatException(
          file + ": holds " + t.type() + ", not a row of numbers for each picture");
    }
    return t.cast(DType.F32);
  }

  private static Embeddings named(Path file, List<String> names, Tensor vectors) {
    if (names.size() != vectors.size(0)) {
      throw new FormatException(
          "%s: has %d names for %d rows of features; make both again"
              .formatted(file, names.size(), vectors.size(0)));
    }
    return new Embeddings(names, vectors);
  }
}
