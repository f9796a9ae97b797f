package dev.vitrine.formats.family;

import java.util.stream.IntStream;

/**
 * A grid of tokens cut into square windows after it was shifted up and left, round the edges. Where
 * the grid is not made of whole windows it is padded below and to the right before.
 *
 * @param side of a window
 * @param shift by which the grid is moved
 */
record Windows(int rows, int columns, int side, int shift) {
  private static final float APART = -100;

  private int paddedRows() {
    return (rows + side - 1) / side * side;
  }

  private int paddedColumns() {
    return (columns + side - 1) / side * side;
  }

  int count() {
    return paddedRows() / side * (paddedColumns() / side);
  }

  /** The tokens of a window. */
  int area() {
    return side * side;
  }

  boolean isPadded() {
    return paddedRows() != rows || paddedColumns() != columns;
  }

  /** Whether tokens stay where they are. */
  boolean isIdentity() {
    return shift == 0 && !isPadded() && side == columns;
  }

  /**
   * For each place in the windows the token that comes there; padding is the token after the last.
   */
  long[] sources() {
    return IntStream.range(0, count() * area())
        .mapToLong(
            place -> {
              int row = (row(place) + shift) % paddedRows();
              int column = (column(place) + shift) % paddedColumns();
              return row < rows && column < columns
                  ? (long) row * columns + column
                  : (long) rows * columns;
            })
        .toArray();
  }

  /** For each token its place in the windows. */
  long[] places() {
    long[] sources = sources();
    long[] places = new long[rows * columns];
    for (int i = 0; i < sources.length; i++) {
      if (sources[i] < places.length) {
        places[(int) sources[i]] = i;
      }
    }
    return places;
  }

  /** The row in the shifted, padded grid of a place in the windows. */
  private int row(int place) {
    int window = place / area();
    return window / (paddedColumns() / side) * side + place % area() / side;
  }

  private int column(int place) {
    int window = place / area();
    return window % (paddedColumns() / side) * side + place % side;
  }

  /**
   * What is added to the scores, windows × area × area: −100 between tokens that only the shift
   * brought together.
   */
  float[] mask() {
    float[] mask = new float[Math.multiplyExact(count() * area(), area())];
    for (int i = 0; i < mask.length; i++) {
      int query = i / area();
      int key = query / area() * area() + i % area();
      mask[i] = region(query) == region(key) ? 0 : APART;
    }
    return mask;
  }

  private int region(int place) {
    return 3 * band(row(place), paddedRows()) + band(column(place), paddedColumns());
  }

  /** 0 before the last window, then 1, and 2 for what came round the edge. */
  private int band(int at, int size) {
    return (at >= size - side ? 1 : 0) + (at >= size - shift ? 1 : 0);
  }

  /**
   * The bias heads × area × area for a table [(2 · trained − 1)², heads] of relative positions;
   * windows smaller than the trained ones use its middle.
   */
  float[] relativeBias(float[] table, int trained, int heads) {
    float[] bias = new float[Math.multiplyExact(heads * area(), area())];
    for (int i = 0; i < area(); i++) {
      for (int j = 0; j < area(); j++) {
        int down = i / side - j / side + trained - 1;
        int right = i % side - j % side + trained - 1;
        int entry = down * (2 * trained - 1) + right;
        for (int h = 0; h < heads; h++) {
          bias[(h * area() + i) * area() + j] = table[entry * heads + h];
        }
      }
    }
    return bias;
  }
}
