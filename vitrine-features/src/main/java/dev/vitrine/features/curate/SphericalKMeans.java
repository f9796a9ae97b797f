package dev.vitrine.features.curate;

import dev.vitrine.engine.Options;
import dev.vitrine.features.embed.Vectors;
import dev.vitrine.features.search.Similarity;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * k-means of vectors of length 1 by their cosines: centres are the means, brought to length 1
 * (Dhillon and Modha, Concept decompositions for large sparse text data using clustering, 2001).
 * Begins with k-means++ (Arthur and Vassilvitskii, 2007). Deterministic for a seed.
 *
 * @param clusters how many
 * @param rounds the most; it ends earlier when nothing moves
 */
record SphericalKMeans(int clusters, int rounds, long seed) {
  /**
   * What was found.
   *
   * @param centres f32 {@code [clusters, width]}, of length 1
   * @param cluster of each vector
   */
  record Clusters(Tensor centres, int[] cluster) {}

  Clusters run(Tensor vectors, Options options) {
    int n = Math.toIntExact(vectors.size(0));
    int width = Math.toIntExact(vectors.size(1));
    if (clusters < 1 || clusters > n) {
      throw new VitrineException(
          "the number of clusters is " + clusters + "; it goes from 1 to the pictures' " + n);
    }
    float[] all = vectors.toFloats();
    float[] centres = begin(vectors, all, width, options);
    int[] cluster = null;
    try (var similarity = new Similarity(width, n, clusters, options)) {
      for (int round = 0; round < rounds; round++) {
        Nearest nearest = nearest(similarity, vectors, centres, width);
        if (Arrays.equals(nearest.cluster, cluster)) {
          break;
        }
        cluster = nearest.cluster;
        centres = means(all, width, nearest);
      }
      Nearest last = nearest(similarity, vectors, centres, width);
      return new Clusters(Tensor.f32(Shape.of(clusters, width), centres), last.cluster);
    }
  }

  private record Nearest(int[] cluster, float[] cosine) {}

  private Nearest nearest(Similarity similarity, Tensor vectors, float[] centres, int width) {
    int n = Math.toIntExact(vectors.size(0));
    int[] cluster = new int[n];
    float[] cosine = new float[n];
    Arrays.fill(cosine, Float.NEGATIVE_INFINITY);
    similarity.run(
        vectors,
        Tensor.f32(Shape.of(centres.length / width, width), centres),
        (centre, first, products, count) -> {
          for (int i = 0; i < count; i++) {
            if (products[i] > cosine[first + i]) {
              cosine[first + i] = products[i];
              cluster[first + i] = centre;
            }
          }
        });
    return new Nearest(cluster, cosine);
  }

  /** Centres drawn one by one, a vector the likelier the further it is from those before. */
  private float[] begin(Tensor vectors, float[] all, int width, Options options) {
    int n = all.length / width;
    SplittableRandom random = new SplittableRandom(seed);
    float[] centres = new float[Math.multiplyExact(clusters, width)];
    double[] far = new double[n];
    Arrays.fill(far, 1);
    try (var similarity = new Similarity(width, n, 1, options)) {
      for (int c = 0; c < clusters; c++) {
        int drawn = draw(far, random);
        System.arraycopy(all, drawn * width, centres, c * width, width);
        boolean begun = c > 0;
        similarity.run(
            vectors,
            vectors.slice((long) drawn * width, Shape.of(1, width)),
            (_, first, products, count) -> {
              for (int i = 0; i < count; i++) {
                double distance = Math.max(0, 1 - products[i]);
                far[first + i] = begun ? Math.min(far[first + i], distance) : distance;
              }
            });
        far[drawn] = 0;
      }
    }
    return centres;
  }

  /** An index with that weight's share of the chances. */
  private static int draw(double[] weights, SplittableRandom random) {
    double at = random.nextDouble() * Arrays.stream(weights).sum();
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        at -= weights[i];
        last = i;
        if (at < 0) {
          return i;
        }
      }
    }
    return last;
  }

  /** The clusters' means; one that is empty begins anew at the vector that fits worst. */
  private float[] means(float[] all, int width, Nearest nearest) {
    double[] sums = new double[clusters * width];
    int[] counts = new int[clusters];
    int n = nearest.cluster.length;
    for (int i = 0; i < n; i++) {
      int at = nearest.cluster[i] * width;
      counts[nearest.cluster[i]]++;
      for (int j = 0; j < width; j++) {
        sums[at + j] += all[i * width + j];
      }
    }
    float[] centres = new float[sums.length];
    float[] fit = nearest.cosine.clone();
    for (int c = 0; c < clusters; c++) {
      if (counts[c] == 0) {
        int worst = 0;
        for (int i = 1; i < n; i++) {
          worst = fit[i] < fit[worst] ? i : worst;
        }
        fit[worst] = Float.POSITIVE_INFINITY;
        System.arraycopy(all, worst * width, centres, c * width, width);
      } else {
        for (int j = c * width; j < (c + 1) * width; j++) {
          centres[j] = (float) (sums[j] / counts[c]);
        }
      }
    }
    return Vectors.normalise(centres, width);
  }
}
