package dev.vitrine.engine.generated;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TilingTest {
  @Test
  void tilesCoverEverythingOnce() {
    for (int rows : new int[] {0, 1, 13, 14, 15, 257, 1370}) {
      for (int panels : new int[] {0, 1, 5, 48}) {
        for (long rowBytes : new long[] {0, 1536, 1 << 20}) {
          Tiling t = Tiling.of(1, rows, panels, 14, rowBytes, 32 * rowBytes);
          int[][] seen = new int[rows][panels];
          for (int tile = 0; tile < t.count(); tile++) {
            for (int r = 0; r < t.rows(tile); r++) {
              for (int p = 0; p < t.panels(tile); p++) {
                seen[t.firstRow(tile) + r][t.firstPanel(tile) + p]++;
              }
            }
          }
          String what = rows + " rows, " + panels + " panels, rows of " + rowBytes + " bytes";
          for (int[] row : seen) {
            assertThat(row).as(what).containsOnly(panels == 0 ? new int[0] : new int[] {1});
          }
        }
      }
    }
  }

  @Test
  void thereIsWorkForAllThreads() {
    int enough = 12 * Runtime.getRuntime().availableProcessors();
    assertThat(Tiling.of(1, 1370, 36, 14, 1536, 49_152).count()).isGreaterThanOrEqualTo(enough);
    assertThat(Tiling.of(4, 257, 36, 14, 6144, 196_608).count() * 4).isGreaterThanOrEqualTo(enough);
    assertThat(Tiling.of(1, 1, 48, 14, 1536, 49_152).count()).isEqualTo(48);
  }
}
