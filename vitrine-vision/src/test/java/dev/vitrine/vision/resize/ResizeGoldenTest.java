package dev.vitrine.vision.resize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.vision.TestData;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures that Pillow and OpenCV made, level for level. */
class ResizeGoldenTest {
  record Case(String source, int height, int width, Resampling resampling) {
    String file() {
      String library = resampling instanceof Pillow ? "pillow" : "opencv";
      String method = resampling.toString().toLowerCase(Locale.ROOT);
      return "%s.%dx%d.%s-%s.png".formatted(source, height, width, library, method);
    }
  }

  static Stream<Case> photos() {
    return Stream.of(
            Pillow.NEAREST,
            Pillow.BILINEAR,
            Pillow.BICUBIC,
            Pillow.LANCZOS,
            OpenCv.LINEAR,
            OpenCv.AREA,
            OpenCv.CUBIC)
        .flatMap(
            r -> Stream.of(new Case("astronaut", 131, 97, r), new Case("chelsea", 224, 224, r)));
  }

  @ParameterizedTest
  @MethodSource
  void photos(Case c) {
    Image source = TestData.example(c.source + ".png");
    Image expected = ImageReader.read(TestData.path("testdata", "resize", c.file()));
    assertThat(c.resampling.resize(source, c.height, c.width)).isEqualTo(expected);
  }

  @Test
  void sizes() throws IOException {
    String table;
    try (var in = getClass().getResourceAsStream("checksums.csv")) {
      table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (String line : table.lines().skip(1).toList()) {
      String[] f = line.split(",");
      Resampling method = f[0].equals("Pillow") ? Pillow.valueOf(f[1]) : OpenCv.valueOf(f[1]);
      Image source = pattern(number(f[2]), number(f[3]), number(f[6]));
      Image made = method.resize(source, number(f[4]), number(f[5]));
      CRC32 crc = new CRC32();
      crc.update(made.pixels());
      assertThat("%08x".formatted(crc.getValue())).as(line).isEqualTo(f[7]);
    }
  }

  private static int number(String field) {
    return Integer.parseInt(field);
  }

  private static Image pattern(int height, int width, int channels) {
    byte[] out = new byte[height * width * channels];
    for (int i = 0; i < out.length; i++) {
      int x = i / channels % width;
      int y = i / channels / width;
      out[i] = (byte) (3 * y * y + 5 * x * y + 17 * x + 71 * (i % channels));
    }
    return Image.of(height, width, channels, out);
  }
}
