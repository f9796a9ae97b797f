package dev.vitrine.features.curate;

/** Disjoint sets of the numbers below n. The least number of a set stands for it. */
final class UnionFind {
  private final int[] parents;

  UnionFind(int n) {
    parents = new int[n];
    for (int i = 0; i < n; i++) {
      parents[i] = i;
    }
  }

  int find(int i) {
    while (parents[i] != i) {
      parents[i] = parents[parents[i]];
      i = parents[i];
    }
    return i;
  }

  /** Makes one set of the sets of two numbers. */
  void join(int a, int b) {
    int first = find(a);
    int second = find(b);
    parents[Math.max(first, second)] = Math.min(first, second);
  }
}
