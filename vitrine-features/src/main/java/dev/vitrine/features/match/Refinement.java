package dev.vitrine.features.match;

import dev.vitrine.vision.resize.FloatMap;

/**
 * Finds places between patches. One patch's cosine hardly tells where in its neighbour it would fit
 * best; those of the patches around it, moved along with it, do: their mean is taken at the places
 * next to the match, and the best of these shifted to the top of the parabola through it and its
 * neighbours, along each axis.
 *
 * @param a features of length 1, as those of {@code b}
 */
record Refinement(FloatMap a, FloatMap b) {
  /** How far the patches around reach. */
  private static final int REACH = 2;

  /** A place, in patches. */
  record Place(double row, double column) {}

  Place refine(int row, int column, int otherRow, int otherColumn) {
    int bestRow = otherRow;
    int bestColumn = otherColumn;
    double best = Double.NEGATIVE_INFINITY;
    for (int y = Math.max(0, otherRow - 1); y <= Math.min(b.height() - 1, otherRow + 1); y++) {
      for (int x = Math.max(0, otherColumn - 1);
          x <= Math.min(b.width() - 1, otherColumn + 1);
          x++) {
        double value = around(row, column, y, x);
        if (value > best) {
          best = value;
          bestRow = y;
          bestColumn = x;
        }
      }
    }
    double down = 0;
    double right = 0;
    if (bestRow > 0 && bestRow < b.height() - 1) {
      double above = around(row, column, bestRow - 1, bestColumn);
      down = peak(above, best, around(row, column, bestRow + 1, bestColumn));
    }
    if (bestColumn > 0 && bestColumn < b.width() - 1) {
      double before = around(row, column, bestRow, bestColumn - 1);
      right = peak(before, best, around(row, column, bestRow, bestColumn + 1));
    }
    return new Place(bestRow + down, bestColumn + right);
  }

  /** The mean cosine of the patches around two, each with the one that lies alike. */
  private double around(int row, int column, int otherRow, int otherColumn) {
    double sum = 0;
    int count = 0;
    for (int dy = -REACH; dy <= REACH; dy++) {
      for (int dx = -REACH; dx <= REACH; dx++) {
        int y = row + dy;
        int x = column + dx;
        int v = otherRow + dy;
        int u = otherColumn + dx;
        if (inside(y, x, a) && inside(v, u, b)) {
          sum += cosine(y * a.width() + x, v * b.width() + u);
          count++;
        }
      }
    }
    return sum / count;
  }

  private double cosine(int i, int j) {
    int n = a.channels();
    float even = 0;
    float odd = 0;
    for (int c = 0; c + 1 < n; c += 2) {
      even += a.values()[i * n + c] * b.values()[j * n + c];
      odd += a.values()[i * n + c + 1] * b.values()[j * n + c + 1];
    }
    float last = n % 2 == 0 ? 0 : a.values()[i * n + n - 1] * b.values()[j * n + n - 1];
    return even + odd + last;
  }

  private static boolean inside(int y, int x, FloatMap map) {
    return y >= 0 && y < map.height() && x >= 0 && x < map.width();
  }

  /** How far from the middle one of three values the top is, −½…½. */
  private static double peak(double before, double at, double after) {
    double bend = before - 2 * at + after;
    return bend < 0 ? Math.clamp((before - after) / (2 * bend), -0.5, 0.5) : 0;
  }
}
