package dev.vitrine.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.vision.TestData;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** PNG files made here, sample by sample, in every form the format has. */
class PngTest {
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {0, 4, 8, 8}, {4, 0, 8, 4}, {0, 2, 4, 4}, {2, 0, 4, 2}, {0, 1, 2, 2}, {1, 0, 2, 1}
  };

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private PngTest chunk(String type, byte[] body) {
    byte[] tag = type.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(tag);
    crc.update(body);
    out.writeBytes(ByteBuffer.allocate(4).putInt(body.length).array());
    out.writeBytes(tag);
    out.writeBytes(body);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    return this;
  }

  private PngTest header(int height, int width, int depth, int colour, int interlace) {
    out.reset();
    out.writeBytes(ByteBuffer.allocate(8).putLong(PngReader.MAGIC).array());
    ByteBuffer b = ByteBuffer.allocate(13).putInt(width).putInt(height);
    b.put((byte) depth).put((byte) colour).put((byte) 0).put((byte) 0).put((byte) interlace);
    return chunk("IHDR", b.array());
  }

  /**
   * The data chunks of samples [y][x · samples + c], each row with the next of the five filters.
   */
  private PngTest data(int[][] samples, int depth, int perPixel, boolean interlaced) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    int width = samples[0].length / perPixel;
    int[][] passes = interlaced ? PASSES : new int[][] {{0, 0, 1, 1}};
    int filter = 0;
    for (int[] p : passes) {
      int columns = (width - p[1] + p[3] - 1) / p[3];
      byte[] above = new byte[(columns * perPixel * depth + 7) / 8];
      for (int y = p[0]; y < samples.length && columns > 0; y += p[2]) {
        byte[] row = new byte[above.length];
        for (int i = 0; i < columns * perPixel; i++) {
          int v = samples[y][(p[1] + i / perPixel * p[3]) * perPixel + i % perPixel];
          for (int b = 0; b < depth; b++) {
            int bit = i * depth + b;
            row[bit / 8] |= (byte) ((v >> (depth - 1 - b) & 1) << (7 - bit % 8));
          }
        }
        raw.write(filter);
        int step = Math.max(1, perPixel * depth / 8);
        for (int i = 0; i < row.length; i++) {
          int a = i < step ? 0 : row[i - step] & 0xff;
          int b = above[i] & 0xff;
          int c = i < step ? 0 : above[i - step] & 0xff;
          int p0 = a + b - c;
          int nearest = Math.min(Math.abs(p0 - a), Math.min(Math.abs(p0 - b), Math.abs(p0 - c)));
          int paeth = nearest == Math.abs(p0 - a) ? a : nearest == Math.abs(p0 - b) ? b : c;
          int[] predictions = {0, a, b, (a + b) / 2, paeth};
          raw.write(row[i] - predictions[filter]);
        }
        filter = (filter + 1) % 5;
        above = row;
      }
    }
    Deflater deflater = new Deflater();
    deflater.setInput(raw.toByteArray());
    deflater.finish();
    byte[] packed = new byte[raw.size() + 100];
    int n = deflater.deflate(packed);
    deflater.end();
    int cut = n / 3;
    return chunk("IDAT", Arrays.copyOf(packed, cut))
        .chunk("IDAT", new byte[0])
        .chunk("IDAT", Arrays.copyOfRange(packed, cut, n))
        .chunk("IEND", new byte[0]);
  }

  private Image read() {
    return ImageReader.read(out.toByteArray(), "test.png", ImageReader.DEFAULT_LIMIT);
  }

  private static int level(int sample, int depth) {
    return depth == 16 ? sample >> 8 : sample * 255 / ((1 << depth) - 1);
  }

  @Test
  void everyForm() {
    int[][] forms = {
      {0, 1, 1},
      {0, 1, 2},
      {0, 1, 4},
      {0, 1, 8},
      {0, 1, 16},
      {2, 3, 8},
      {2, 3, 16},
      {3, 1, 1},
      {3, 1, 2},
      {3, 1, 4},
      {3, 1, 8},
      {4, 2, 8},
      {4, 2, 16},
      {6, 4, 8},
      {6, 4, 16}
    };
    int[][] sizes = {{1, 1}, {3, 2}, {5, 13}, {9, 8}, {17, 11}};
    Random random = new Random(1);
    for (int[] form : forms) {
      for (int[] size : sizes) {
        for (int interlace = 0; interlace < 2; interlace++) {
          int depth = form[2];
          int[][] samples = new int[size[0]][size[1] * form[1]];
          for (int[] row : samples) {
            Arrays.setAll(row, _ -> random.nextInt(1 << depth));
          }
          byte[] palette = new byte[3 << Math.min(8, depth)];
          random.nextBytes(palette);
          header(size[0], size[1], depth, form[0], interlace);
          if (form[0] == 3) {
            chunk("PLTE", palette);
          }
          Image image = data(samples, depth, form[1], interlace == 1).read();
          String name =
              "colour %d depth %d %d×%d interlace %d"
                  .formatted(form[0], depth, size[0], size[1], interlace);
          for (int y = 0; y < size[0]; y++) {
            for (int x = 0; x < size[1]; x++) {
              for (int c = 0; c < image.channels(); c++) {
                int v = samples[y][x * form[1] + (form[0] == 3 ? 0 : c)];
                int expected = form[0] == 3 ? palette[3 * v + c] & 0xff : level(v, depth);
                if (form[0] >= 4) {
                  int alpha = level(samples[y][x * form[1] + form[1] - 1], depth);
                  expected = (int) Math.round((expected * alpha + 255.0 * (255 - alpha)) / 255);
                }
                assertThat(image.at(y, x, c)).as(name + " at " + y + ", " + x).isEqualTo(expected);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void transparentColours() {
    int[][] grey = {{3, 9, 3}};
    header(1, 3, 4, 0, 0).chunk("tRNS", new byte[] {0, 3});
    assertThat(data(grey, 4, 1, false).read().pixels()).containsExactly(255, 153, 255);
    int[][] colour = {{1, 2, 3, 1, 2, 4}};
    header(1, 2, 16, 2, 0).chunk("tRNS", new byte[] {0, 1, 0, 2, 0, 4});
    assertThat(data(colour, 16, 3, false).read().pixels()).containsExactly(0, 0, 0, 255, 255, 255);
  }

  @Test
  void faults() {
    int[][] one = {{1}};
    fault(header(1, 1, 3, 0, 0).data(one, 2, 1, false), "no colour type 0 with 3 bits");
    fault(header(1, 1, 8, 5, 0).data(one, 8, 1, false), "no colour type 5");
    fault(header(0, 1, 8, 0, 0).data(one, 8, 1, false), "0×1");
    fault(header(-1, 1, 8, 0, 0).data(one, 8, 1, false), "-1×1");
    fault(header(1, 1, 8, 0, 2).data(one, 8, 1, false), "interlace");
    fault(header(1, 1, 8, 3, 0).data(one, 8, 1, false), "palette");
    fault(header(1, 1, 2, 3, 0).chunk("PLTE", new byte[3]).data(one, 2, 1, false), "colour 1 of 1");
    fault(header(2, 1, 8, 0, 0).data(one, 8, 1, false), "before the last row");
    fault(
        header(1, 1, 8, 0, 0).chunk("ABCD", new byte[1]).data(one, 8, 1, false), "ABCD is unknown");
    fault(header(9000, 9000, 8, 0, 0).data(one, 8, 1, false), "can't hold the picture");
    fault(header(20000, 20000, 8, 0, 0).data(one, 8, 1, false), "more than the limit");
    header(1, 1, 8, 0, 0).chunk("tEXt", new byte[2]).data(one, 8, 1, false);
    byte[] whole = out.toByteArray();
    for (int n = 12; n < whole.length; n++) {
      byte[] cut = Arrays.copyOf(whole, n);
      assertThatThrownBy(() -> ImageReader.read(cut, "cut.png", 100))
          .as("cut at " + n)
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith("cut.png: ");
    }
    whole[24] ^= 1;
    assertThatThrownBy(() -> ImageReader.read(whole, "bad.png", 100))
        .hasMessageContaining("checksum");
  }

  private static void fault(PngTest png, String message) {
    assertThatThrownBy(png::read)
        .as(message)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("test.png: can't be read as PNG: ")
        .hasMessageContaining(message);
  }

  @Test
  void whatIsWrittenIsRead() {
    int[][] sizes = {{1, 1, 3}, {7, 300, 1}, {90, 31, 3}, {200, 400, 3}, {700, 500, 3}};
    for (int[] s : sizes) {
      Image image = TestData.noise(s[0], s[1], s[2], s[0]);
      byte[] png = PngWriter.encode(image);
      assertThat(ImageReader.read(png, "x", 1 << 20)).isEqualTo(image);
      assertThat(PngWriter.encode(image)).isEqualTo(png);
    }
    Image photo = TestData.example("chelsea.png");
    assertThat(ImageReader.read(PngWriter.encode(photo), "x", 1 << 20)).isEqualTo(photo);
  }

  /** What lies in several parts is one zlib stream, whose checksum holds. */
  @Test
  void otherReadersTakeWhatIsWritten() throws Exception {
    Image photo = TestData.example("chelsea.png");
    for (Image image : List.of(photo, TestData.noise(600, 411, 3, 5))) {
      byte[] png = PngWriter.encode(image);
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      ByteBuffer in = ByteBuffer.wrap(png).position(8);
      while (in.hasRemaining()) {
        int n = in.getInt();
        if (in.getInt() == 0x49444154) {
          stream.write(png, in.position(), n);
        }
        in.position(in.position() + n + 4);
      }
      try (Inflater inflater = new Inflater()) {
        inflater.setInput(stream.toByteArray());
        byte[] rows = new byte[image.height() * (1 + 3 * image.width())];
        assertThat(inflater.inflate(rows)).isEqualTo(rows.length);
        assertThat(inflater.inflate(new byte[1])).isZero();
        assertThat(inflater.finished()).isTrue();
        assertThat(inflater.getRemaining()).isZero();
      }
      BufferedImage other = ImageIO.read(new ByteArrayInputStream(png));
      assertThat(AwtImages.of(other)).isEqualTo(image);
    }
  }

  @Test
  void indexed() {
    Image indices = Image.grey(2, 2, new byte[] {0, 2, 1, 2});
    byte[] png = PngWriter.encode(indices, new int[] {0xff0000, 0x00ff00, 0x0102ff});
    assertThat(ImageReader.read(png, "x", 100).pixels())
        .containsExactly(255, 0, 0, 1, 2, 255, 0, 255, 0, 1, 2, 255);
  }
}
