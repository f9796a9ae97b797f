package dev.vitrine.engine.portable;

import dev.vitrine.engine.kernel.Scratch;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The right-hand matrices of products, cut into panels of columns whose rows are arrays of their
 * own. Constants are packed so once; others are copied for each tile.
 */
final class Panels {
  private static final int WIDEST = 512;
  private static final int NARROWEST = 96;
  private static final int ENOUGH_TILES = 8;

  private final int depth;
  private final int columns;
  private final int width;
  private final int count;
  // Of constants: [matrix][panel][row][column].
  private final float[][][][] packed;
  // Of what isn't constant: one matrix a batch.
  private final Strided source;
  private final float[][][] bias;

  private Panels(
      int depth,
      int columns,
      int tilesBesides,
      float[][][][] packed,
      Strided source,
      float[][][] bias) {
    this.depth = depth;
    this.columns = columns;
    int n = Math.max(1, (columns + WIDEST - 1) / WIDEST);
    while (n * tilesBesides < ENOUGH_TILES && columns / (2 * n) >= NARROWEST) {
      n *= 2;
    }
    width = (columns + n - 1) / n;
    count = width == 0 ? 0 : (columns + width - 1) / width;
    this.packed = packed;
    this.source = source;
    this.bias = bias;
  }

  /** Where the first element of a row of a constant matrix is, in the constant's flat data. */
  interface Place {
    long of(int matrix, int row);
  }

  /**
   * Panels of constant matrices.
   *
   * @param across from one column to the next, in elements
   * @param bias of all columns of all matrices; or null
   * @param tilesBesides into how many tiles the rows of a product are cut
   */
  static Panels pack(
      Tensor data,
      int matrices,
      int depth,
      int columns,
      Place place,
      long across,
      float[] bias,
      int tilesBesides) {
    Panels p =
        new Panels(
            depth, columns, tilesBesides, new float[matrices][][][], null, new float[matrices][][]);
    for (int m = 0; m < matrices; m++) {
      p.packed[m] = new float[p.count][Multiply.padded(depth)][];
      for (int i = 0; i < p.count; i++) {
        float[][] panel = p.packed[m][i];
        for (int k = 0; k < panel.length; k++) {
          panel[k] = new float[p.width(i)];
          if (k < depth) {
            read(data, place.of(m, k) + p.start(i) * across, across, panel[k]);
          }
        }
      }
      p.bias[m] = bias == null ? new float[p.count][] : p.cut(bias, m * columns);
    }
    return p;
  }

  private static void read(Tensor data, long at, long step, float[] to) {
    if (data.dtype() == DType.F32 && step == 1) {
      MemorySegment.copy(data.data(), Strided.FLOAT, at * 4, to, 0, to.length);
    } else {
      for (int j = 0; j < to.length; j++) {
        to[j] = (float) data.real(at + j * step);
      }
    }
  }

  /** Panels of matrices that are only known when running: the last two axes of a view. */
  static Panels of(Strided matrices, float[] bias, int tilesBesides) {
    int depth = Math.toIntExact(matrices.view().size(-2));
    int columns = Math.toIntExact(matrices.view().size(-1));
    Panels p = new Panels(depth, columns, tilesBesides, null, matrices, new float[1][][]);
    p.bias[0] = bias == null ? new float[p.count][] : p.cut(bias, 0);
    return p;
  }

  private float[][] cut(float[] values, int from) {
    float[][] out = new float[count][];
    for (int i = 0; i < count; i++) {
      out[i] = Arrays.copyOfRange(values, from + start(i), from + start(i) + width(i));
    }
    return out;
  }

  int count() {
    return count;
  }

  /** The width of the widest panel. */
  int width() {
    return width;
  }

  int width(int panel) {
    return Math.min(width, columns - panel * width);
  }

  /** A panel's first column. */
  int start(int panel) {
    return panel * width;
  }

  /** Null when there is none. */
  float[] bias(int batch, int panel) {
    return bias[bias.length == 1 ? 0 : batch][panel];
  }

  void reserve(Scratch scratch) {
    if (packed == null) {
      scratch.rows(1, Multiply.padded(depth), width);
      scratch.floats(2, depth);
    }
  }

  /** A panel's rows, with rows of zeros up to a multiple of {@link Multiply#GROUP}. */
  float[][] rows(MemorySegment arena, int batch, int panel, Scratch scratch) {
    if (packed != null) {
      return packed[packed.length == 1 ? 0 : batch][panel];
    }
    int n = width(panel);
    float[][] rows = scratch.rows(1, Multiply.padded(depth), width);
    long down = source.view().stride(-2);
    long across = source.step();
    long at = source.at(batch, source.view().rank() - 2) + start(panel) * across;
    if (across != 1 && down == 1) {
      float[] column = scratch.floats(2, depth);
      for (int j = 0; j < n; j++) {
        source.read(arena, at + j * across, 1, column, 0, depth);
        for (int k = 0; k < depth; k++) {
          rows[k][j] = column[k];
        }
      }
    } else {
      for (int k = 0; k < depth; k++) {
        source.read(arena, at + k * down, across, rows[k], 0, n);
      }
    }
    for (int k = depth; k < Multiply.padded(depth); k++) {
      Arrays.fill(rows[k], 0, n, 0);
    }
    return rows;
  }
}
