package dev.vitrine.vision.resize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.engine.generated.LevelMixer;
import dev.vitrine.vision.TestData;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResizeTest {
  private static Stream<Resampling> all() {
    return Stream.concat(Stream.of(Pillow.values()), Stream.of(OpenCv.values()));
  }

  @Test
  void oneColourStaysThatColour() {
    Image plain = Image.filled(37, 23, 0x03fe80);
    all()
        .forEach(
            r ->
                Stream.of(new int[] {1, 1}, new int[] {100, 7}, new int[] {15, 90})
                    .forEach(
                        s ->
                            assertThat(r.resize(plain, s[0], s[1]))
                                .as(r + " to " + s[0] + "×" + s[1])
                                .isEqualTo(Image.filled(s[0], s[1], 0x03fe80))));
  }

  @Test
  void theSameSizeIsTheSamePicture() {
    Image image = TestData.noise(9, 8, 3, 1);
    all().forEach(r -> assertThat(r.resize(image, 9, 8)).as(r.toString()).isSameAs(image));
  }

  /** Many rows are shared out to threads, few are not; both give the rows of the whole. */
  @Test
  void threadsChangeNothing() {
    Image large = TestData.noise(1500, 700, 3, 2);
    all()
        .forEach(
            r -> {
              Image whole = r.resize(large, 3000, 700);
              Image part = r.resize(large.crop(0, 340, 1500, 10), 3000, 10);
              assertThat(whole.crop(0, 340, 3000, 10)).as(r.toString()).isEqualTo(part);
            });
  }

  /** Where the machine has code for it, that and the plain loops must give the same. */
  @Test
  void codeAndLoopsAgree() {
    Image image = TestData.noise(61, 47, 3, 5);
    for (Pillow p : Pillow.values()) {
      for (int out : new int[] {1, 9, 32, 47, 130}) {
        Taps columns = p.taps(47, 0, 47, out);
        Taps rows = p.taps(61, 0, 61, out);
        LevelMixer mixer = LevelMixer.host();
        assertThat(Separable.columns(image, columns, 3, 40, mixer))
            .as("columns by %s to %d", p, out)
            .isEqualTo(Separable.columns(image, columns, 3, 40, null));
        assertThat(Separable.rows(image, rows, mixer))
            .as("rows by %s to %d", p, out)
            .isEqualTo(Separable.rows(image, rows, null));
      }
    }
  }

  @Test
  void aWholeBoxIsACrop() {
    Image image = TestData.noise(30, 40, 3, 3);
    for (Pillow p : Pillow.values()) {
      assertThat(p.resize(image, new Box(5, 6, 15, 26), 10, 20))
          .as(p.toString())
          .isEqualTo(image.crop(5, 6, 10, 20));
    }
  }

  @Test
  void aBoxThatCutsPixels() {
    Image image = Image.grey(1, 3, new byte[] {0, 100, (byte) 200});
    assertThat(Pillow.BOX.resize(image, new Box(0, 0.5f, 1, 2.5f), 1, 1).at(0, 0, 0))
        .isEqualTo(150);
    assertThat(Pillow.NEAREST.resize(image, new Box(0, 0.9f, 1, 3), 1, 2).pixels())
        .containsExactly(100, (byte) 200);
  }

  @Test
  void aBoxOutsideThePicture() {
    Image image = TestData.noise(4, 4, 1, 4);
    for (Box box :
        new Box[] {
          new Box(0, 0, 5, 4),
          new Box(2, 1, 2, 3),
          new Box(-1, 0, 2, 2),
          new Box(0, Float.NaN, 4, 4)
        }) {
      assertThatThrownBy(() -> Pillow.BILINEAR.resize(image, box, 2, 2))
          .as(box.toString())
          .isInstanceOf(ImageException.class);
    }
  }
}
