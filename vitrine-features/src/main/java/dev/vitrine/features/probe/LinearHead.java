package dev.vitrine.features.probe;

import dev.vitrine.features.evaluate.TopHits;
import dev.vitrine.formats.Checkpoint;
import dev.vitrine.formats.Json;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.onnx.OnnxMetadata;
import dev.vitrine.formats.safetensors.Safetensors;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A linear classifier: scores = weight · features + bias.
 *
 * @param weight f32[classes, width], as PyTorch's Linear has it
 * @param bias f32[classes]
 * @param classes names in order
 * @param about what it belongs to, such as {@code features} and {@code model}, as the file holds it
 */
public record LinearHead(
    Tensor weight, Tensor bias, List<String> classes, Map<String, String> about) {
  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";
  private static final String LABELS = "labels";
  private static final String OUTPUT = "output";

  /** The key of {@code about} that holds a preprocessing as JSON. */
  public static final String PREPARED = "preprocessing";

  public LinearHead {
    classes = List.copyOf(classes);
    about = Map.copyOf(about);
  }

  /** What of a model it takes, {@code cls} where the file doesn't say. */
  public String pooling() {
    return about.getOrDefault(OUTPUT, "cls");
  }

  /** How pictures became the features; null when the file doesn't say. */
  public Preprocessing preprocessing() {
    String text = about.get(PREPARED);
    return text == null ? null : OnnxMetadata.parse(text, "the classifier's '" + PREPARED + "'");
  }

  /** How many numbers the features of an example are. */
  public int width() {
    return (int) weight.size(1);
  }

  /** The scores of vectors {@code [n, width]}, class by class for each. */
  public double[] scores(float[] features) {
    int width = width();
    int n = features.length / width;
    int k = classes.size();
    float[] w = weight.toFloats();
    float[] b = bias.toFloats();
    double[] out = new double[Math.multiplyExact(n, k)];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < k; c++) {
        double sum = b[c];
        for (int j = 0; j < width; j++) {
          sum += (double) w[c * width + j] * features[i * width + j];
        }
        out[i * k + c] = sum;
      }
    }
    return out;
  }

  /**
   * How well it does.
   *
   * @param examples their classes are matched by name
   * @throws VitrineException when the features have another width, or there is a class that was not
   *     learnt
   */
  public TopHits test(Examples examples) {
    if (examples.width() != width()) {
      throw new VitrineException(
          "the classifier takes %d features, not %d; use the model and features it was trained on"
              .formatted(width(), examples.width()));
    }
    return Tests.count(examples.under(classes), this::scores);
  }

  /**
   * Writes {@code weight} and {@code bias} as safetensors, with the classes as JSON beside them.
   */
  public void write(Path file) {
    Map<String, String> metadata = new TreeMap<>(about);
    metadata.put(LABELS, Json.print(classes));
    Safetensors.write(file, Map.of(WEIGHT, weight, BIAS, bias), metadata);
  }

  /**
   * Reads what {@link #write} wrote; any safetensors file with a weight and a bias does.
   *
   * @throws VitrineException naming the file when they don't fit
   */
  public static LinearHead read(Path file) {
    try (Checkpoint in = Safetensors.read(file)) {
      Tensor weight = in.tensors().get(WEIGHT);
      Tensor bias = in.tensors().get(BIAS);
      if (weight == null
          || weight.rank() != 2
          || !weight.dtype().isFloat()
          || weight.count() == 0) {
        throw in.fault("holds no classifier: 'weight' should be f32[classes, width]");
      }
      int k = Math.toIntExact(weight.size(0));
      if (bias == null || !bias.dtype().isFloat() || !bias.shape().equals(Shape.of(k))) {
        throw in.fault("holds no classifier: 'bias' should be f32[" + k + "]");
      }
      Map<String, String> about = new LinkedHashMap<>(in.metadata());
      String labels = about.remove(LABELS);
      return new LinearHead(
          copy(weight), copy(bias), labels == null ? numbers(k) : classes(labels, k, file), about);
    }
  }

  private static Tensor copy(Tensor mapped) {
    return Tensor.f32(mapped.shape(), mapped.cast(DType.F32).toFloats());
  }

  private static List<String> classes(String text, int k, Path file) {
    Json list = Json.parse(text, file + ": 'labels'");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      names.add(list.at(i).text(""));
    }
    if (!list.isList() || names.size() != k || names.contains("")) {
      throw new VitrineException(
          file + ": names " + names.size() + " classes for " + k + " rows of weights");
    }
    return names;
  }

  private static List<String> numbers(int k) {
    return IntStream.range(0, k).mapToObj(i -> "class " + i).toList();
  }
}
