package dev.vitrine.features.curate;

import dev.vitrine.engine.Options;
import dev.vitrine.features.search.Similarity;
import dev.vitrine.features.search.TopK;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Chooses the pictures of a pool that belong to a trusted set, as the data of DINOv2 were made
 * (Oquab and others, DINOv2: Learning robust visual features without supervision, 2023, section 3):
 * near-duplicates go, of the pool among itself and with the trusted set; then pictures are taken in
 * turns, so that all parts of the trusted set get their share.
 *
 * @param count how many to choose; fewer when there are no more
 * @param turns who takes turns
 * @param clusters of the pool; 0 for the square root of half its size
 * @param threshold the cosine from which pictures are duplicates
 * @param seed of the clustering
 */
public record Curation(int count, Turns turns, int clusters, double threshold, long seed) {
  private static final int ROUNDS = 50;

  /** Who takes pictures in turns. */
  public enum Turns {
    /** Each trusted picture, from the nearest one on: for small pools. */
    SEED,
    /**
     * Each cluster of the pool that a trusted picture falls into, from the picture nearest to one
     * of these on: for large pools, where few pictures have all the neighbours.
     */
    CLUSTER
  }

  /**
   * A picture that was chosen.
   *
   * @param nearest the trusted picture that it is most like
   * @param group the cluster, or the trusted picture, whose turn it was
   */
  public record Chosen(Collected.Item item, Collected.Item nearest, double cosine, int group) {}

  /**
   * What was done.
   *
   * @param duplicates pictures of the pool left out for others of it
   * @param known pictures of the pool left out because the trusted set has them
   * @param groups how many took turns
   */
  public record Result(List<Chosen> chosen, int duplicates, int known, int groups) {}

  public Curation {
    if (count < 1) {
      throw new VitrineException("the number of pictures to choose is " + count + "; at least 1");
    }
    if (clusters < 0) {
      throw new VitrineException("the number of clusters is " + clusters + "; it is at least 1");
    }
    Duplicates.check(threshold);
  }

  /** How alike a picture of the pool and the trusted picture nearest to it are. */
  private record Nearest(int[] seed, float[] cosine) {}

  public Result run(Collected seeds, Collected pool, Options options) {
    if (!seeds.vectors().shape().dim(1).equals(pool.vectors().shape().dim(1))) {
      throw new VitrineException(
          "vectors of %s and %s can't be compared"
              .formatted(seeds.vectors().type(), pool.vectors().type()));
    }
    boolean[] gone = new boolean[pool.items().size()];
    for (Duplicates.Group g : Duplicates.find(pool, threshold, options)) {
      g.others().forEach(m -> gone[m.index()] = true);
    }
    int duplicates = (int) IntStream.range(0, gone.length).filter(i -> gone[i]).count();
    Nearest all = nearest(seeds, pool, options);
    int[] rest =
        IntStream.range(0, gone.length)
            .filter(i -> !gone[i] && all.cosine[i] < threshold)
            .toArray();
    int known = gone.length - duplicates - rest.length;
    if (rest.length == 0) {
      return new Result(List.of(), duplicates, known, 0);
    }
    Collected left = pool.rows(rest);
    Nearest near = nearest(seeds, left, options);
    Map<Integer, List<Integer>> queues =
        switch (turns) {
          case SEED -> bySeed(seeds, left, options);
          case CLUSTER -> byCluster(seeds, left, near, options);
        };
    return new Result(take(queues, seeds, left, near), duplicates, known, queues.size());
  }

  private static Nearest nearest(Collected seeds, Collected pool, Options options) {
    int n = pool.items().size();
    int[] seed = new int[n];
    float[] cosine = new float[n];
    Arrays.fill(cosine, Float.NEGATIVE_INFINITY);
    try (var similarity = similarity(seeds, pool, options)) {
      similarity.run(
          pool.vectors(),
          seeds.vectors(),
          (query, first, products, count) -> {
            for (int i = 0; i < count; i++) {
              if (products[i] > cosine[first + i]) {
                cosine[first + i] = products[i];
                seed[first + i] = query;
              }
            }
          });
    }
    return new Nearest(seed, cosine);
  }

  private static Similarity similarity(Collected seeds, Collected pool, Options options) {
    int width = Math.toIntExact(pool.vectors().size(1));
    return new Similarity(width, pool.items().size(), seeds.items().size(), options);
  }

  /** For each trusted picture those of the pool, the nearest first. */
  private Map<Integer, List<Integer>> bySeed(Collected seeds, Collected pool, Options options) {
    int n = seeds.items().size();
    TopK[] best = new TopK[n];
    // What others have taken before may be passed over: a picture needs as many as are wanted.
    Arrays.setAll(best, _ -> new TopK(Math.min(count, pool.items().size())));
    try (var similarity = similarity(seeds, pool, options)) {
      similarity.run(
          pool.vectors(),
          seeds.vectors(),
          (query, first, products, block) -> {
            for (int i = 0; i < block; i++) {
              best[query].offer(first + i, products[i]);
            }
          });
    }
    Map<Integer, List<Integer>> queues = new TreeMap<>();
    for (int s = 0; s < n; s++) {
      queues.put(s, best[s].best().stream().map(TopK.Hit::index).toList());
    }
    return queues;
  }

  /** For each cluster with trusted pictures its pictures, the nearest to one of these first. */
  private Map<Integer, List<Integer>> byCluster(
      Collected seeds, Collected pool, Nearest near, Options options) {
    int n = pool.items().size();
    int k = clusters > 0 ? Math.min(clusters, n) : Math.max(1, (int) Math.sqrt(n / 2.0));
    SphericalKMeans.Clusters found =
        new SphericalKMeans(k, ROUNDS, seed).run(pool.vectors(), options);
    Collected centres = new Collected(seeds.items(), found.centres());
    int[] home = new int[seeds.items().size()];
    float[] cosine = new float[home.length];
    Arrays.fill(cosine, Float.NEGATIVE_INFINITY);
    try (var similarity = similarity(centres, seeds, options)) {
      similarity.run(
          seeds.vectors(),
          found.centres(),
          (centre, first, products, count) -> {
            for (int i = 0; i < count; i++) {
              if (products[i] > cosine[first + i]) {
                cosine[first + i] = products[i];
                home[first + i] = centre;
              }
            }
          });
    }
    Map<Integer, List<Integer>> queues = new TreeMap<>();
    Arrays.stream(home).forEach(c -> queues.put(c, new ArrayList<>()));
    for (int i = 0; i < n; i++) {
      List<Integer> queue = queues.get(found.cluster()[i]);
      if (queue != null) {
        queue.add(i);
      }
    }
    Comparator<Integer> nearestFirst = Comparator.comparingDouble(i -> -near.cosine[i]);
    queues.values().forEach(q -> q.sort(nearestFirst.thenComparing(Comparator.naturalOrder())));
    return queues;
  }

  /** One picture from each queue in turn, each picture once. */
  private List<Chosen> take(
      Map<Integer, List<Integer>> queues, Collected seeds, Collected pool, Nearest near) {
    List<Chosen> out = new ArrayList<>();
    boolean[] taken = new boolean[pool.items().size()];
    int[] next = new int[queues.size()];
    boolean more = true;
    while (more && out.size() < count) {
      more = false;
      int q = 0;
      for (Map.Entry<Integer, List<Integer>> queue : queues.entrySet()) {
        List<Integer> pictures = queue.getValue();
        while (next[q] < pictures.size() && taken[pictures.get(next[q])]) {
          next[q]++;
        }
        if (next[q] < pictures.size() && out.size() < count) {
          int i = pictures.get(next[q]++);
          taken[i] = true;
          more = true;
          Collected.Item nearest = seeds.items().get(near.seed[i]);
          out.add(new Chosen(pool.items().get(i), nearest, near.cosine[i], queue.getKey()));
        }
        q++;
      }
    }
    return List.copyOf(out);
  }
}
