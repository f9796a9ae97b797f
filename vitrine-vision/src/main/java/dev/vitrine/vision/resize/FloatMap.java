package dev.vitrine.vision.resize;

import dev.vitrine.graph.GraphException;

/**
 * Numbers on a grid, such as features of patches: rows from the top, channels interleaved. The
 * array is shared, not copied.
 */
public record FloatMap(int height, int width, int channels, float[] values) {
  /** Takes the rows of a resized map; called from several threads, once a row. */
  @FunctionalInterface
  public interface RowSink {
    /**
     * @param row the channels of row {@code y}'s pixels, interleaved; the sink may change it
     */
    void accept(int y, float[] row);
  }

  public FloatMap {
    if (height < 1 || width < 1 || (long) height * width * channels != values.length) {
      throw new GraphException(
          values.length + " values are not " + height + "×" + width + "×" + channels);
    }
  }

  /** The number of cells. */
  public int cells() {
    return height * width;
  }

  /**
   * Gives the rows of this map at another size, by a cubic filter between cell centres under which
   * few cells make a smooth picture; values may leave the map's range a little.
   */
  public void smooth(int newHeight, int newWidth, RowSink sink) {
    resize(FloatTaps.mitchell(height, newHeight), FloatTaps.mitchell(width, newWidth), sink);
  }

  /** Gives the rows of this map at another size, linearly interpolated between cell centres. */
  public void linear(int newHeight, int newWidth, RowSink sink) {
    resize(FloatTaps.linear(height, newHeight), FloatTaps.linear(width, newWidth), sink);
  }

  private void resize(FloatTaps rows, FloatTaps columns, RowSink sink) {
    int taps = rows.width();
    int newWidth = columns.pixels().length / taps;
    int cells = width * channels;
    Separable.forRows(
        rows.pixels().length / taps,
        (long) taps * newWidth * channels,
        y -> {
          float[] between = new float[cells];
          for (int k = taps * y; k < taps * (y + 1); k++) {
            float w = rows.weights()[k];
            int from = rows.pixels()[k] * cells;
            for (int i = 0; i < cells; i++) {
              between[i] += values[from + i] * w;
            }
          }
          float[] row = new float[newWidth * channels];
          for (int x = 0; x < newWidth; x++) {
            for (int k = taps * x; k < taps * (x + 1); k++) {
              float w = columns.weights()[k];
              int from = columns.pixels()[k] * channels;
              for (int c = 0; c < channels; c++) {
                row[x * channels + c] += between[from + c] * w;
              }
            }
          }
          sink.accept(y, row);
        });
  }
}
