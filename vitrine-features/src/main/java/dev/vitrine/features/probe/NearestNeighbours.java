package dev.vitrine.features.probe;

import dev.vitrine.features.evaluate.TopHits;
import dev.vitrine.graph.VitrineException;
import java.util.List;

/**
 * Classifies by the k examples with the largest cosine, whose votes weigh exp(cosine ÷ temperature)
 * (Wu, Xiong, Yu and Lin, Unsupervised feature learning via non-parametric instance discrimination,
 * 2018). Of equally near examples the earlier counts. Immutable; safe for several threads.
 */
public final class NearestNeighbours {
  /** What DINO's and DINOv2's evaluations use. */
  public static final int K = 20;

  public static final double TEMPERATURE = 0.07;

  private final Examples examples;
  private final int k;
  private final double temperature;

  /**
   * @param k how many neighbours vote; all when there are fewer
   */
  public NearestNeighbours(Examples examples, int k, double temperature) {
    if (k < 1) {
      throw new VitrineException("the number of neighbours is " + k + "; it is at least 1");
    }
    if (!(temperature > 0)) {
      throw new VitrineException("the temperature is " + temperature + "; it is above 0");
    }
    Examples some = examples.toLearnFrom();
    float[] unit = normalised(some.values(), some.width());
    this.examples = new Examples(unit, some.width(), some.labels(), some.classes());
    this.k = Math.min(k, some.count());
    this.temperature = temperature;
  }

  /** How well it does on other examples, whose classes are matched by name. */
  public TopHits test(Examples others) {
    if (others.width() != examples.width()) {
      throw new VitrineException(
          "the neighbours have %d features, not %d; use the same model and features for both"
              .formatted(examples.width(), others.width()));
    }
    return Tests.count(others.under(examples.classes()), this::votes);
  }

  /** The votes for each class, which sum to 1, for each of some vectors. */
  private double[] votes(float[] vectors) {
    int width = examples.width();
    List<String> classes = examples.classes();
    float[] unit = normalised(vectors, width);
    double[] out = new double[unit.length / width * classes.size()];
    double[] near = new double[k];
    int[] who = new int[k];
    for (int i = 0; i < unit.length / width; i++) {
      int have = 0;
      for (int e = 0; e < examples.count(); e++) {
        double cosine = dot(unit, i * width, examples.values(), e * width, width);
        if (have < k || cosine > near[k - 1]) {
          int at = have < k ? have++ : k - 1;
          for (; at > 0 && near[at - 1] < cosine; at--) {
            near[at] = near[at - 1];
            who[at] = who[at - 1];
          }
          near[at] = cosine;
          who[at] = e;
        }
      }
      double sum = 0;
      for (int n = 0; n < have; n++) {
        double weight = Math.exp((near[n] - near[0]) / temperature);
        out[i * classes.size() + examples.labels()[who[n]]] += weight;
        sum += weight;
      }
      for (int c = 0; c < classes.size(); c++) {
        out[i * classes.size() + c] /= sum;
      }
    }
    return out;
  }

  private static float dot(float[] a, int i, float[] b, int j, int n) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int k = 0;
    for (; k + 3 < n; k += 4) {
      s0 += a[i + k] * b[j + k];
      s1 += a[i + k + 1] * b[j + k + 1];
      s2 += a[i + k + 2] * b[j + k + 2];
      s3 += a[i + k + 3] * b[j + k + 3];
    }
    for (; k < n; k++) {
      s0 += a[i + k] * b[j + k];
    }
    return s0 + s1 + (s2 + s3);
  }

  /** Rows of length 1; rows of zeros stay. */
  private static float[] normalised(float[] rows, int width) {
    float[] out = new float[rows.length];
    for (int at = 0; at < rows.length; at += width) {
      double squares = 0;
      for (int j = at; j < at + width; j++) {
        squares += (double) rows[j] * rows[j];
      }
      double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
      for (int j = at; j < at + width; j++) {
        out[j] = (float) (rows[j] * scale);
      }
    }
    return out;
  }
}
