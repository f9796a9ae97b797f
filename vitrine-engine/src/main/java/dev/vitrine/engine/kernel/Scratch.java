package dev.vitrine.engine.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A thread's working memory, shared by all kernels that run on it. Nothing lasts from one step to
 * the next, and from one tile to the next only what {@link #has} tells of. Areas grow to what was
 * reserved and are then only handed out.
 */
public final class Scratch {
  private static final int AREAS = 8;

  private final float[][] flat = new float[AREAS][0];
  private final float[][][] grids = new float[AREAS][0][];
  private final List<Object> others = new ArrayList<>();
  private long step;
  private long madeIn;
  private long made;

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

  /**
   * Says which step of which run the thread's next tile is of.
   *
   * @param number one that no other step has; 0 if that isn't known
   */
  public void step(long number) {
    step = number;
  }

  /**
   * Whether a tile of the same step has made something of its inputs that is still there; if not it
   * is from now on, and the caller makes it. A kernel's tiles use this for one thing at a time.
   *
   * @param batch what it is made of, with {@code row}
   */
  public boolean has(int batch, int row) {
    long what = (long) batch << 32 | row;
    boolean there = step != 0 && madeIn == step && made == what;
    madeIn = step;
    made = what;
    return there;
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
