package dev.vitrine.engine.portable;

import dev.vitrine.engine.kernel.Scratch;
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

  private Panels(int depth, int columns, int tilesBesides, float[][][][] packed, Strided source, float[][][] bias) {
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

  /** Where the element of a constant for that matrix, row and column is, in its flat data. */
  interface Place {
    long of(int matrix, int row, int column);
  }

  /**
   * Panels of constant matrices.
   *
   * @param tilesBesides into how many tiles the rows of a product are cut
   * @param bias of all columns of all matrices; or null
   */
  static Panels pack(Tensor data, int matrices, int depth, int columns, Place place, float[] bias, int tilesBesides) {
    Panels p = new Panels(depth, columns, tilesBesides, new float[matrices][][][], null, new float[matrices][][]);
    int padded = Multiply.padded(depth);
    float[] all = data.toFloats();
    for (int m = 0; m < matrices; m++) {
      p.packed[m] = new float[p.count][padded][];
      for (int i = 0; i < p.count; i++) {
        for (int k = 0; k < padded; k++) {
          float[] row = new float[p.width(i)];
          for (int j = 0; k < depth && j < row.length; j++) {
            row[j] = all[Math.toIntExact(place.of(m, k, p.start(i) + j))];
          }
          p.packed[m][i][k] = row;
        }
      }
      p.bias[m] = bias == null ? new float[p.count][] : p.cut(bias, m * columns);
    }
    return p;
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
