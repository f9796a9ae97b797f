package dev.vitrine.vision.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.vision.image.Image;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentPainterTest {
  private static final Palette PALETTE =
      new Palette(List.of("left", "right"), List.of(0xff0000, 0x0000ff));

  private final Image picture = Image.filled(200, 300, 0x808080);
  private final ClassMap map = ClassMap.of(Tensor.i64(Shape.of(1, 1, 2), 0, 1), 0, 200, 300);

  @Test
  void overlay() {
    Image overlay = new SegmentPainter(PALETTE, 0.5).overlay(picture, map);
    assertThat(colour(overlay, 100, 10)).isEqualTo(0xc04040);
    assertThat(colour(overlay, 100, 290)).isEqualTo(0x4040c0);
  }

  @Test
  void theLegendShowsEachClass() {
    Image legend = new SegmentPainter(PALETTE, 0.5).withLegend(picture, map);
    assertThat(legend.height()).isEqualTo(200);
    assertThat(legend.width()).isGreaterThan(400);
    assertThat(legend.crop(0, 0, 200, 300))
        .isEqualTo(new SegmentPainter(PALETTE, 0.5).overlay(picture, map));
    assertThat(colour(legend, 10, 320)).isEqualTo(0xff0000);
    assertThat(colour(legend, 31, 320)).isEqualTo(0x0000ff);
  }

  @Test
  void classesWithoutAColourGetOne() {
    ClassMap more = ClassMap.of(Tensor.i64(Shape.of(1, 1, 2), 0, 5), 0, 200, 300);
    Image overlay = new SegmentPainter(PALETTE, 1).overlay(picture, more);
    assertThat(colour(overlay, 0, 299)).isEqualTo(Palette.generated(6).colours().get(5));
  }

  @Test
  void percentages() {
    assertThat(SegmentPainter.percent(0.3415)).isEqualTo("34.2");
    assertThat(SegmentPainter.percent(0.0004)).isEqualTo("<0.1");
    assertThat(SegmentPainter.percent(0)).isEqualTo("0.0");
    assertThat(SegmentPainter.percent(1)).isEqualTo("100.0");
  }

  private static int colour(Image image, int y, int x) {
    return image.at(y, x, 0) << 16 | image.at(y, x, 1) << 8 | image.at(y, x, 2);
  }
}
