package dev.vitrine.engine.generated;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilingTest {
  @ParameterizedTest
  @CsvSource({"0,3", "1,1", "5,7", "14,12", "31,0", "64,48", "257,36", "1370,12", "5000,1"})
  void everyRowMeetsEveryPanelOnce(int rows, int panels) {
    Map<String, Tiling> all =
        Map.of(
            "of", Tiling.of(1, rows, panels, 14, 1536, 49152),
            "of large ones", Tiling.of(3, rows, panels, 6, 6144 * 1024, 1 << 20),
            "ofMatrices", Tiling.ofMatrices(rows, panels, 32, 2304, false),
            "ofMatrices whole", Tiling.ofMatrices(rows, panels, 32, 2304, true),
            "ofPieces", Tiling.ofPieces(rows, panels),
            "ofRows", Tiling.ofRows(rows, panels, 28));
    all.forEach(
        (name, t) -> {
          String what = name + " " + t;
          boolean[][] seen = new boolean[rows][panels];
          int count = 0;
          for (int tile = 0; tile < t.count(); tile++) {
            assertThat(t.rows(tile)).as(what).isBetween(0, t.rowBlock());
            assertThat(t.panels(tile)).as(what).isBetween(0, t.panelBlock());
            for (int r = t.firstRow(tile); r < t.firstRow(tile) + t.rows(tile); r++) {
              for (int p = t.firstPanel(tile); p < t.firstPanel(tile) + t.panels(tile); p++) {
                assertThat(seen[r][p]).as(what).isFalse();
                seen[r][p] = true;
                count++;
              }
            }
          }
          assertThat(count).as(what).isEqualTo(rows * panels);
        });
  }
}
