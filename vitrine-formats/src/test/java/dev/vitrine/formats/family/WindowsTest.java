package dev.vitrine.formats.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WindowsTest {
  /** Step by step as the original does it: pad, roll, cut. */
  @ParameterizedTest
  @CsvSource({
    "8, 8, 4, 0",
    "8, 8, 4, 2",
    "13, 10, 4, 2",
    "7, 21, 7, 3",
    "5, 5, 5, 0",
    "1, 3, 2, 1",
    "4, 6, 4, 0"
  })
  void gathersWhatRollingAndCuttingGive(int rows, int columns, int side, int shift) {
    Windows windows = new Windows(rows, columns, side, shift);
    int height = Math.ceilDiv(rows, side) * side;
    int width = Math.ceilDiv(columns, side) * side;
    long[][] grid = new long[height][width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        grid[y][x] = y < rows && x < columns ? y * columns + x : rows * columns;
      }
    }
    long[] expected = new long[height * width];
    int at = 0;
    for (int top = 0; top < height; top += side) {
      for (int left = 0; left < width; left += side) {
        for (int y = top; y < top + side; y++) {
          for (int x = left; x < left + side; x++) {
            expected[at++] = grid[(y + shift) % height][(x + shift) % width];
          }
        }
      }
    }
    assertThat(windows.sources()).isEqualTo(expected);
    assertThat(windows.count() * windows.area()).isEqualTo(expected.length);
    long[] places = windows.places();
    for (int token = 0; token < rows * columns; token++) {
      assertThat(expected[(int) places[token]]).as("token %d", token).isEqualTo(token);
    }
    boolean inOrder = !windows.isPadded() && Arrays.equals(expected, sorted(expected));
    assertThat(windows.isIdentity()).isEqualTo(inOrder);
  }

  private static long[] sorted(long[] values) {
    long[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }

  @Test
  void keepsApartWhatTheShiftBroughtTogether() {
    float[] mask = new Windows(4, 4, 2, 1).mask();
    // The first window is whole; in the second the right column came round the edge.
    assertThat(Arrays.copyOfRange(mask, 0, 16)).containsOnly(0);
    assertThat(Arrays.copyOfRange(mask, 16, 32))
        .containsExactly(0, -100, 0, -100, -100, 0, -100, 0, 0, -100, 0, -100, -100, 0, -100, 0);
    // In the last window every token comes from another region.
    for (int i = 0; i < 16; i++) {
      assertThat(mask[48 + i]).isEqualTo(i % 5 == 0 ? 0 : -100);
    }
  }

  /** A table whose entries tell their own offsets. */
  @ParameterizedTest
  @CsvSource({"3, 3", "3, 2", "4, 1"})
  void biasByRelativePosition(int trained, int side) {
    int span = 2 * trained - 1;
    float[] table = new float[span * span * 2];
    for (int i = 0; i < span * span; i++) {
      table[2 * i] = (i / span - trained + 1) * 100 + i % span - trained + 1;
      table[2 * i + 1] = -table[2 * i];
    }
    Windows windows = new Windows(side, side, side, 0);
    float[] bias = windows.relativeBias(table, trained, 2);
    int area = side * side;
    for (int i = 0; i < area; i++) {
      for (int j = 0; j < area; j++) {
        float offset = (i / side - j / side) * 100 + i % side - j % side;
        assertThat(bias[i * area + j]).isEqualTo(offset);
        assertThat(bias[(area + i) * area + j]).isEqualTo(-offset);
      }
    }
  }
}
