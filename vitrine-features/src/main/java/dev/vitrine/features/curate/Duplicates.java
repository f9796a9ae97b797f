package dev.vitrine.features.curate;

import dev.vitrine.engine.Options;
import dev.vitrine.features.curate.Collected.Item;
import dev.vitrine.features.search.Similarity;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Groups of pictures that are nearly the same. */
public final class Duplicates {
  /** The larger picture first, then the larger file's name. */
  private static final Comparator<Item> BEST =
      Comparator.comparingLong(Item::pixels)
          .reversed()
          .thenComparing(i -> i.source().name().length())
          .thenComparing(i -> i.source().name());

  /**
   * A picture of a group.
   *
   * @param index among all
   * @param cosine with the one that is kept
   */
  public record Member(int index, Item item, double cosine) {}

  /**
   * Pictures that are nearly the same.
   *
   * @param kept the one with the most pixels; of equals that with the shorter name
   * @param others the most alike first
   */
  public record Group(Member kept, List<Member> others) {}

  private Duplicates() {}

  /**
   * @throws VitrineException when a threshold is out of its range
   */
  public static void check(double threshold) {
    if (!(threshold > 0 && threshold <= 1)) {
      throw new VitrineException("the threshold is " + threshold + "; it goes from above 0 to 1");
    }
  }

  /**
   * Finds the groups: pictures whose cosine reaches the threshold are in one, and so are those that
   * others connect. In the order of their first pictures.
   *
   * @param threshold above 0, at most 1
   */
  public static List<Group> find(Collected all, double threshold, Options options) {
    check(threshold);
    int n = all.items().size();
    UnionFind sets = new UnionFind(n);
    int width = Math.toIntExact(all.vectors().size(1));
    // Rounding takes a little from the cosine of a picture with itself.
    double least = threshold - 1e-6;
    try (var similarity = new Similarity(width, n, n, options)) {
      similarity.run(
          all.vectors(),
          all.vectors(),
          (query, first, products, count) -> {
            for (int i = Math.max(0, query + 1 - first); i < count; i++) {
              if (products[i] >= least) {
                sets.join(query, first + i);
              }
            }
          });
    }
    Map<Integer, List<Integer>> members = new TreeMap<>();
    for (int i = 0; i < n; i++) {
      members.computeIfAbsent(sets.find(i), _ -> new ArrayList<>()).add(i);
    }
    return members.values().stream().filter(m -> m.size() > 1).map(m -> group(all, m)).toList();
  }

  private static Group group(Collected all, List<Integer> members) {
    Comparator<Integer> best = Comparator.comparing(i -> all.items().get(i), BEST);
    int kept = members.stream().min(best).orElseThrow();
    List<Member> others = new ArrayList<>();
    for (int i : members) {
      if (i != kept) {
        others.add(new Member(i, all.items().get(i), cosine(all.vectors(), kept, i)));
      }
    }
    others.sort(Comparator.comparingDouble(m -> -m.cosine()));
    return new Group(new Member(kept, all.items().get(kept), 1), List.copyOf(others));
  }

  private static double cosine(Tensor vectors, int i, int j) {
    long width = vectors.size(1);
    double sum = 0;
    for (long k = 0; k < width; k++) {
      sum += vectors.real(i * width + k) * vectors.real(j * width + k);
    }
    return Math.min(1, sum);
  }
}
