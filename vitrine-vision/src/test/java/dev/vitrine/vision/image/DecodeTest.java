package dev.vitrine.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small files of every format and kind, against the levels that Pillow reads from them. */
class DecodeTest {
  record Case(String name, int height, int width, String crc, byte[] file) {
    static Case parse(String line) {
      String[] f = line.split(",");
      byte[] file = Base64.getDecoder().decode(f[4]);
      return new Case(f[0], Integer.parseInt(f[1]), Integer.parseInt(f[2]), f[3], file);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() throws IOException {
    try (var in = DecodeTest.class.getResourceAsStream("pictures.csv")) {
      String table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return table.lines().skip(1).map(Case::parse);
    }
  }

  static Stream<Case> jpegs() throws IOException {
    return cases().filter(c -> ImageFormat.of(c.file) == ImageFormat.JPEG);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void asPillow(Case c) {
    Image image = ImageReader.read(c.file, c.name, ImageReader.DEFAULT_LIMIT);
    assertThat(image.height()).isEqualTo(c.height);
    assertThat(image.width()).isEqualTo(c.width);
    assertThat(crc(image)).isEqualTo(c.crc);
  }

  /** Without generated code, as on a machine that has none. */
  @ParameterizedTest
  @MethodSource("jpegs")
  void asPillowByPlainLoops(Case c) throws IOException {
    Image image = JpegReader.read(c.file, new PixelLimit(ImageReader.DEFAULT_LIMIT), false);
    assertThat(crc(image)).isEqualTo(c.crc);
  }

  private static String crc(Image image) {
    CRC32 crc = new CRC32();
    crc.update(image.toRgb().pixels());
    return "%08x".formatted(crc.getValue());
  }
}
