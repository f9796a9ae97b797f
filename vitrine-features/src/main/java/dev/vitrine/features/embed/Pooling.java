package dev.vitrine.features.embed;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PatchGrid;
import dev.vitrine.vision.resize.FloatMap;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;

/** How a picture's vector is made of what a model gives. */
public enum Pooling {
  /** The class token. */
  CLS("cls"),
  /** The mean of the patches. */
  MEAN("patch"),
  /** The class token, then the mean of the patches. */
  CLS_MEAN("cls", "patch"),
  /**
   * The generalised mean of the patches, with p = 3 and values no less than 10⁻⁶: Radenović,
   * Tolias, Chum, Fine-tuning CNN image retrieval with no human annotation (2018).
   */
  GEM("patch"),
  /** All patches: a vector for each, as they lie on the picture. */
  PATCH("patch");

  private static final double GEM_LEAST = 1e-6;

  private final List<String> outputs;

  Pooling(String... outputs) {
    this.outputs = List.of(outputs);
  }

  /** The outputs of the model that it needs. */
  public List<String> outputs() {
    return outputs;
  }

  /** Such as {@code cls-mean}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Finds one by {@link #text()}.
   *
   * @throws VitrineException when there is none
   */
  public static Pooling parse(String text) {
    for (Pooling p : values()) {
      if (p.text().equals(text)) {
        return p;
      }
    }
    throw new VitrineException(
        "there is no output '%s'; choose %s"
            .formatted(
                text,
                Arrays.stream(values()).map(Pooling::text).collect(Collectors.joining(", "))));
  }

  /**
   * The vector of one picture of a batch.
   *
   * @param outputs of the model, by name
   * @param index of the picture in the batch
   * @param height the model's input, as {@code width}
   */
  float[] vector(Map<String, Tensor> outputs, int index, int height, int width) {
    return switch (this) {
      case CLS -> cls(outputs, index);
      case MEAN -> mean(patches(outputs, index, height, width));
      case GEM -> gem(patches(outputs, index, height, width));
      case PATCH -> patches(outputs, index, height, width).values();
      case CLS_MEAN -> {
        float[] cls = cls(outputs, index);
        float[] mean = mean(patches(outputs, index, height, width));
        float[] both = Arrays.copyOf(cls, cls.length + mean.length);
        System.arraycopy(mean, 0, both, cls.length, mean.length);
        yield both;
      }
    };
  }

  private static float[] cls(Map<String, Tensor> outputs, int index) {
    return one(outputs.get("cls"), index).toFloats();
  }

  /** The patches of a picture of a batch, as they lie on it. */
  static FloatMap patches(Map<String, Tensor> outputs, int index, int height, int width) {
    return PatchGrid.of(one(outputs.get("patch"), index), height, width);
  }

  /** The part of an output that belongs to one picture, as of a batch of one. */
  private static Tensor one(Tensor all, int index) {
    Shape part = all.shape().with(0, Dim.of(1));
    return all.slice(index * part.count(), part);
  }

  private static float[] mean(FloatMap map) {
    return pool(map, v -> v, s -> s);
  }

  private static float[] gem(FloatMap map) {
    return pool(
        map,
        v -> {
          double least = Math.max(v, GEM_LEAST);
          return least * least * least;
        },
        StrictMath::cbrt);
  }

  /** The mean over the patches of a function of each channel, and of that another function. */
  private static float[] pool(FloatMap map, DoubleUnaryOperator before, DoubleUnaryOperator after) {
    int n = map.cells();
    double[] sums = new double[map.channels()];
    for (int p = 0, i = 0; p < n; p++) {
      for (int c = 0; c < sums.length; c++, i++) {
        sums[c] += before.applyAsDouble(map.values()[i]);
      }
    }
    float[] out = new float[sums.length];
    for (int c = 0; c < out.length; c++) {
      out[c] = (float) after.applyAsDouble(sums[c] / n);
    }
    return out;
  }
}
