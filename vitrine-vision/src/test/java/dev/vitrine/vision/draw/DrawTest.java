package dev.vitrine.vision.draw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.vision.TestData;
import dev.vitrine.vision.image.Image;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrawTest {
  @Test
  void everyCharacterHasItsOwnShape() {
    Set<Image> shapes = new HashSet<>();
    for (char c = ' '; c <= '~'; c++) {
      shapes.add(letter(String.valueOf(c)));
    }
    assertThat(shapes).hasSize(95);
    assertThat(letter("é")).isEqualTo(letter("?"));
  }

  private static Image letter(String text) {
    return new Canvas(20, 12, Canvas.WHITE).text(0, 0, text, 20, 0).image();
  }

  @Test
  void lettersStayInsideTheirWidth() {
    for (int size : new int[] {8, 14, 20, 33}) {
      int width = Canvas.textWidth("Wg|", size);
      Image image =
          new Canvas(size + 10, width + 20, Canvas.WHITE).text(5, 10, "Wg|", size, 0).image();
      for (int y = 0; y < image.height(); y++) {
        assertThat(image.at(y, 8, 0)).as("size " + size).isEqualTo(255);
        assertThat(image.at(y, width + 11, 0)).as("size " + size).isEqualTo(255);
      }
    }
  }

  /** Whatever is drawn is cut at the edges, wherever it lies. */
  @Test
  void outsideIsCut() {
    Image patch = TestData.noise(5, 5, 3, 1);
    for (int top = -7; top < 12; top++) {
      for (int left = -7; left < 12; left++) {
        Image drawn =
            new Canvas(10, 10, 0)
                .paste(patch, top, left)
                .text(top, left, "ab", 9, 0xffffff)
                .image();
        Image pasted = new Canvas(10, 10, 0).paste(patch, top, left).image();
        assertThat(pasted).isEqualTo(patch.crop(-top, -left, 10, 10));
        assertThat(drawn.pixels()).hasSize(300);
        Image filled = new Canvas(10, 10, 0).fill(top, left, 5, 5, 0xffffff).image();
        assertThat(filled).isEqualTo(Image.filled(5, 5, 0xffffff).crop(-top, -left, 10, 10));
      }
    }
  }

  @Test
  void sheet() {
    Image one = Image.filled(50, 100, 0xff0000);
    Image two = Image.filled(200, 100, 0x00ff00);
    Image sheet =
        new Sheet(100)
            .row("a caption that is far too long for its row to be shown whole", one, two)
            .row("", two)
            .image();
    assertThat(sheet.width()).isEqualTo(12 + 200 + 12 + 50 + 12);
    assertThat(sheet.height()).isEqualTo(12 + 2 * (20 + 4 + 100 + 12));
    assertThat(sheet.crop(36, 12, 100, 200)).isEqualTo(Image.filled(100, 200, 0xff0000));
    assertThat(sheet.crop(36, 224, 100, 50)).isEqualTo(Image.filled(100, 50, 0x00ff00));
    assertThat(sheet.crop(0, 0, 36, 12)).isEqualTo(Image.filled(36, 12, 0xffffff));
  }
}
