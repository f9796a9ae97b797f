package dev.vitrine.formats.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PositionGridTest {
  private static final Path DATA =
      Path.of(System.getProperty("vitrine.root"), "testdata/families/positions");
  private static final float[] GRID = Npy.read(DATA.resolve("grid.npy")).toFloats();

  @ParameterizedTest
  @CsvSource({
    "offset, false, 0.1, 3, 5",
    "offset, false, 0.1, 7, 9",
    "offset, false, 0.1, 16, 4",
    "offset, false, 0.1, 40, 37",
    "plain, false, 0, 3, 5",
    "plain, false, 0, 7, 9",
    "plain, false, 0, 16, 4",
    "plain, false, 0, 40, 37",
    "antialias, true, 0, 3, 5",
    "antialias, true, 0, 7, 9",
    "antialias, true, 0, 16, 4",
    "antialias, true, 0, 40, 37",
  })
  void resizesAsPyTorchDoes(String mode, boolean antialias, double offset, int height, int width) {
    Tensor expected = Npy.read(DATA.resolve(height + "x" + width + "." + mode + ".npy"));
    float[] resized = new PositionGrid(antialias, offset).resize(GRID, 7, 5, height, width);
    assertThat(resized).hasSize(Math.toIntExact(expected.count()));
    for (int i = 0; i < resized.length; i++) {
      assertThat(Math.abs(resized[i] - expected.real(i))).as("element %d", i).isLessThan(5e-6);
    }
  }

  @Test
  void theTrainedSizeIsLeftAsItIs() {
    assertThat(new PositionGrid(false, 0.1).resize(GRID, 7, 5, 7, 7)).isSameAs(GRID);
  }
}
