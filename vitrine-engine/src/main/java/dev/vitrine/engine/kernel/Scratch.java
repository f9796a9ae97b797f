package dev.vitrine.engine.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A thread's working memory, shared by all kernels that run on it: nothing lasts from one tile to
 * the next. Areas grow to what was reserved and are then only handed out.
 */
public final class Scratch {
  private static final int AREAS = 8;

  private final float[][] flat = new float[AREAS][0];
  private final float[][][] grids = new float[AREAS][0][];
  private final List<Object> others = new ArrayList<>();

  /** At least {@code n} floats; the same array for the same area, unless it had to grow. */
  public float[] floats(int area, int n) {
    if (flat[area].length < n) {
      flat[area] = new float[n];
    }
    return flat[area];
  }

  /** At least that many rows of at least {@code n} floats each, every row an array of its own. */
  public float[][] rows(int area, int rows, int n) {
    float[][] grid = grids[area];
    if (grid.length < rows || (rows > 0 && grid[0].length < n)) {
      int width = Math.max(n, grid.length == 0 ? 0 : grid[0].length);
      grid = new float[Math.max(rows, grid.length)][width];
      grids[area] = grid;
    }
    return grid;
  }

  /** A thread's one object of that class. */
  public <T> T get(Class<T> kind, Supplier<T> make) {
    for (Object o : others) {
      if (kind.isInstance(o)) {
        return kind.cast(o);
      }
    }
    T made = make.get();
    others.add(made);
    return made;
  }
}
