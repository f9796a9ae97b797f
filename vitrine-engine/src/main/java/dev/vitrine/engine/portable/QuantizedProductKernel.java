package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Products of codes by constant bytes. Floats hold whole numbers below 2²⁴ exactly, so that the
 * loops of float products serve for stretches of the depth whose sums can't get larger; stretches
 * are added as integers.
 */
final class QuantizedProductKernel implements Kernel {
  /** 512 · 255 · 127 < 2²⁴. */
  private static final int STRETCH = 512;

  private static final int ROWS = 32;

  private final String name;
  private final RowCodes a;
  private final Panels panels;
  private final float[] weightScale;
  private final float[] bias;
  private final Epilogue epilogue;
  // What rows become; null where they stay floats.
  private final RowCodes made;
  private final int columns;
  private final int rows;
  private final int depth;

  /**
   * @param made what its rows become, or null
   */
  QuantizedProductKernel(Step.QuantizedProduct s, RowCodes made, Constants constants) {
    name = StepText.name(s).replace("product", "product_portable") + (made == null ? "" : "_codes");
    this.made = made;
    columns = Math.toIntExact(s.out().size(1));
    a = new RowCodes(s.a(), constants);
    rows = Math.toIntExact(s.out().size(0));
    depth = Math.toIntExact(s.weight().size(0));
    panels =
        Panels.pack(
            constants.tensor(s.weight()),
            1,
            depth,
            columns,
            (_, k) -> s.weight().offset() + k * s.weight().stride(0),
            s.weight().stride(1),
            null,
            tiles());
    weightScale = Gemms.vector(s.weightScale(), constants);
    bias = s.bias() == null ? new float[weightScale.length] : Gemms.vector(s.bias(), constants);
    epilogue = Epilogue.of(s.activation(), s.residual(), null, s.out(), constants);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int tiles() {
    return Math.ceilDiv(rows, ROWS);
  }

  @Override
  public void reserve(Scratch scratch) {
    scratch.floats(0, ROWS * Multiply.padded(depth));
    scratch.floats(1, panels.width());
    scratch.rows(0, ROWS, panels.width());
    scratch.rows(1, made == null ? 0 : ROWS, columns);
    scratch.get(Sums.class, Sums::new).reserve(ROWS, panels.width());
    scratch.get(Functions.class, Functions::new).reserve(panels.width());
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int first = tile * ROWS;
    int count = Math.min(ROWS, rows - first);
    int padded = Multiply.padded(depth);
    float[] left = scratch.floats(0, ROWS * padded);
    for (int i = 0; i < count; i++) {
      a.read(arena, first + i, left, i * padded, depth);
      Arrays.fill(left, i * padded + depth, (i + 1) * padded, 0);
    }
    Functions functions = scratch.get(Functions.class, Functions::new);
    float[] spare = scratch.floats(1, panels.width());
    float[][] c = scratch.rows(0, ROWS, panels.width());
    for (int p = 0; p < panels.count(); p++) {
      multiply(arena, p, count, left, c, scratch);
      int n = panels.width(p);
      for (int i = 0; i < count; i++) {
        scale(c[i], a.scale(arena, first + i), panels.start(p), n);
        if (made == null) {
          epilogue.store(arena, first + i, 1, panels.start(p), n, c[i], functions, spare);
        } else {
          epilogue.finish(arena, first + i, 1, panels.start(p), n, c[i], functions, spare);
          System.arraycopy(c[i], 0, scratch.rows(1, ROWS, columns)[i], panels.start(p), n);
        }
      }
    }
    for (int i = 0; made != null && i < count; i++) {
      made.write(arena, first + i, scratch.rows(1, ROWS, columns)[i], columns);
    }
  }

  /** c = the sums for a panel, rounded to floats once. */
  private void multiply(
      MemorySegment arena, int panel, int count, float[] left, float[][] c, Scratch scratch) {
    int padded = Multiply.padded(depth);
    int all = Multiply.padded(count);
    int n = panels.width(panel);
    int[][] sums = scratch.get(Sums.class, Sums::new).rows;
    for (int i = 0; i < all; i++) {
      Arrays.fill(sums[i], 0, n, 0);
    }
    float[][] right = panels.rows(arena, 0, panel, scratch);
    for (int k = 0; k < padded; k += STRETCH) {
      for (int i = 0; i < all; i++) {
        Arrays.fill(c[i], 0, n, 0);
      }
      Multiply.add(c, all, left, padded, 1, right, k, Math.min(padded, k + STRETCH), n);
      for (int i = 0; i < all; i++) {
        for (int j = 0; j < n; j++) {
          sums[i][j] += (int) c[i][j];
        }
      }
    }
    for (int i = 0; i < all; i++) {
      for (int j = 0; j < n; j++) {
        c[i][j] = sums[i][j];
      }
    }
  }

  private void scale(float[] x, float scale, int column, int n) {
    for (int j = 0; j < n; j++) {
      x[j] = Fma.exact(x[j], scale * weightScale[column + j], bias[column + j]);
    }
  }

  /** Sums of a block of rows. */
  private static final class Sums {
    private int[][] rows = new int[0][0];

    void reserve(int count, int n) {
      if (rows.length < count || rows[0].length < n) {
        rows = new int[count][n];
      }
    }
  }
}
