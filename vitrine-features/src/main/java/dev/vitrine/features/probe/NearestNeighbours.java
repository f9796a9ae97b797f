package dev.vitrine.features.probe;

import dev.vitrine.features.embed.Vectors;
import dev.vitrine.features.evaluate.TopHits;
import dev.vitrine.graph.VitrineException;

/**
 * Classifies by the votes of the k examples with the largest cosine, which weigh exp(cosine ÷
 * temperature): Wu, Xiong, Yu and Lin, Unsupervised feature learning via non-parametric instance
 * discrimination (2018). Of equally near examples the earlier counts. Immutable; safe for several
 * threads.
 */
public final class NearestNeighbours {
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
    this.examples = unit(examples.toLearnFrom());
    this.k = Math.min(k, examples.count());
    this.temperature = temperature;
  }

  /** How well it does on other examples, whose classes are matched by name. */
  public TopHits test(Examples others) {
    if (others.width() != examples.width()) {
      throw new VitrineException(
          "the neighbours have %d features, not %d; use the same model and features for both"
              .formatted(examples.width(), others.width()));
    }
    return Tests.count(unit(others.under(examples.classes())), this::votes);
  }

  private static Examples unit(Examples some) {
    float[] vectors = Vectors.normalise(some.values().clone(), some.width());
    return new Examples(vectors, some.width(), some.labels(), some.classes());
  }

  /** The votes for each class, which sum to 1, for each of some vectors. */
  private double[] votes(float[] vectors) {
    int width = examples.width();
    int classes = examples.classes().size();
    double[] out = new double[vectors.length / width * classes];
    double[] near = new double[k];
    int[] who = new int[k];
    for (int i = 0; i < vectors.length / width; i++) {
      nearest(vectors, i * width, near, who);
      double sum = 0;
      for (int n = 0; n < k; n++) {
        double weight = Math.exp((near[n] - near[0]) / temperature);
        out[i * classes + examples.labels()[who[n]]] += weight;
        sum += weight;
      }
      for (int c = 0; c < classes; c++) {
        out[i * classes + c] /= sum;
      }
    }
    return out;
  }

  /** Fills in the nearest examples, the nearest first, and how near they are. */
  private void nearest(float[] vectors, int at, double[] near, int[] who) {
    int width = examples.width();
    int have = 0;
    for (int e = 0; e < examples.count(); e++) {
      double cosine = dot(vectors, at, examples.values(), e * width, width);
      if (have < k || cosine > near[k - 1]) {
        int place = have < k ? have++ : k - 1;
        for (; place > 0 && near[place - 1] < cosine; place--) {
          near[place] = near[place - 1];
          who[place] = who[place - 1];
        }
        near[place] = cosine;
        who[place] = e;
      }
    }
  }

  private static double dot(float[] a, int i, float[] b, int j, int n) {
    double even = 0;
    double odd = 0;
    for (int k = 0; k + 1 < n; k += 2) {
      even += a[i + k] * b[j + k];
      odd += a[i + k + 1] * b[j + k + 1];
    }
    return n % 2 == 0 ? even + odd : even + odd + a[i + n - 1] * b[j + n - 1];
  }
}
