package dev.vitrine.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.FormatException;
import dev.vitrine.vision.TestData;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageReaderTest {
  @TempDir Path folder;

  /** A picture whose four corners differ, as stored and as seen, by orientation. */
  @Test
  void orientations() {
    Image seen = TestData.noise(3, 5, 3, 1);
    for (int o = 1; o <= 8; o++) {
      Image stored = stored(seen, o);
      assertThat(Orientation.apply(stored, o)).as("orientation " + o).isEqualTo(seen);
    }
  }

  /** EXIF 2.3: where the stored first row and first column are on the seen picture. */
  private static Image stored(Image seen, int orientation) {
    String[] rowAndColumn = {"TL", "TR", "BR", "BL", "LT", "RT", "RB", "LB"};
    char row = rowAndColumn[orientation - 1].charAt(0);
    char column = rowAndColumn[orientation - 1].charAt(1);
    boolean sideways = row == 'L' || row == 'R';
    int height = sideways ? seen.width() : seen.height();
    int width = sideways ? seen.height() : seen.width();
    byte[] out = new byte[height * width * 3];
    for (int r = 0; r < height; r++) {
      for (int c = 0; c < width; c++) {
        int[] place = new int[2];
        put(place, row, r, seen);
        put(place, column, c, seen);
        for (int k = 0; k < 3; k++) {
          out[(r * width + c) * 3 + k] = (byte) seen.at(place[0], place[1], k);
        }
      }
    }
    return Image.rgb(height, width, out);
  }

  private static void put(int[] place, char side, int distance, Image seen) {
    switch (side) {
      case 'T' -> place[0] = distance;
      case 'B' -> place[0] = seen.height() - 1 - distance;
      case 'L' -> place[1] = distance;
      default -> place[1] = seen.width() - 1 - distance;
    }
  }

  private static byte[] exif(ByteOrder order, int tag, int type, int count, int value) {
    ByteBuffer b = ByteBuffer.allocate(40).order(order);
    b.putShort((short) (order == ByteOrder.LITTLE_ENDIAN ? 0x4949 : 0x4d4d));
    b.putShort((short) 42).putInt(10).putShort((short) 0);
    b.putShort((short) 2);
    b.putShort((short) 271).putShort((short) 2).putInt(1).putInt(0);
    b.putShort((short) tag).putShort((short) type).putInt(count).putShort((short) value);
    return b.array();
  }

  @Test
  void exifBlocks() {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      for (int o = 0; o <= 9; o++) {
        int expected = o >= 1 && o <= 8 ? o : 1;
        assertThat(Orientation.read(ByteBuffer.wrap(exif(order, 274, 3, 1, o))))
            .isEqualTo(expected);
      }
      assertThat(Orientation.read(ByteBuffer.wrap(exif(order, 275, 3, 1, 6)))).isEqualTo(1);
      assertThat(Orientation.read(ByteBuffer.wrap(exif(order, 274, 4, 1, 6)))).isEqualTo(1);
      byte[] whole = exif(order, 274, 3, 1, 6);
      for (int n = 0; n < whole.length; n++) {
        Orientation.read(ByteBuffer.wrap(whole, 0, n));
      }
    }
  }

  /** A photo with an EXIF block in front: the same pixels, turned. */
  @Test
  void exifInJpeg() throws IOException {
    byte[] plain = Files.readAllBytes(TestData.path("examples", "flower.jpg"));
    Image upright = ImageReader.read(plain, "flower", 1 << 20);
    byte[] block = exif(ByteOrder.BIG_ENDIAN, 274, 3, 1, 8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(plain, 0, 2);
    out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1, 0, (byte) (block.length + 8)});
    out.writeBytes("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(block);
    out.write(plain, 2, plain.length - 2);
    Image turned = ImageReader.read(out.toByteArray(), "turned", 1 << 20);
    assertThat(turned).isEqualTo(Orientation.apply(upright, 8));
    assertThat(turned.height()).isEqualTo(640);
  }

  @Test
  void pixelLimits() throws IOException {
    for (String name : new String[] {"png", "jpeg", "gif", "bmp", "tiff"}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_3BYTE_BGR), name, out);
      byte[] file = out.toByteArray();
      assertThat(ImageReader.read(file, name, 1200).width()).as(name).isEqualTo(40);
      assertThatThrownBy(() -> ImageReader.read(file, name, 1199))
          .as(name)
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("30×40 pixels are more than the limit of 1,199");
    }
  }

  /** A few bytes that claim many pixels are refused before memory is taken for these. */
  @Test
  void smallFilesOfLargePictures() throws IOException {
    byte[] jpeg = Files.readAllBytes(TestData.path("examples", "china.jpg"));
    int size = -1;
    for (int i = 2; i < jpeg.length - 9 && size < 0; i++) {
      if (jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) 0xc0 && jpeg[i + 4] == 8) {
        size = i + 5;
      }
    }
    jpeg[size] = 0x2e;
    jpeg[size + 2] = 0x2e;
    assertThatThrownBy(() -> ImageReader.read(jpeg, "j", ImageReader.DEFAULT_LIMIT))
        .hasMessageContaining("bytes can't hold");
  }

  @Test
  void messages() throws IOException {
    Path text = Files.writeString(folder.resolve("a.png"), "this is no picture at all");
    Path empty = Files.createFile(folder.resolve("b.jpg"));
    Path heic = folder.resolve("c.heic");
    Files.write(heic, new byte[] {0, 0, 0, 24, 'f', 't', 'y', 'p', 'h', 'e', 'i', 'c', 0, 0, 0, 0});
    message(folder.resolve("none.png"), "there is no such file");
    message(folder, "is a folder");
    message(text, "is no PNG, JPEG, GIF, BMP, WebP or TIFF picture");
    message(empty, "the file is empty");
    message(heic, "save it as JPEG or PNG");
  }

  private static void message(Path file, String part) {
    assertThatThrownBy(() -> ImageReader.read(file))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(part)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @Test
  void awtPictures() {
    Random random = new Random(3);
    Image noise = TestData.noise(5, 7, 3, 2);
    assertThat(AwtImages.of(AwtImages.toAwt(noise))).isEqualTo(noise);
    BufferedImage argb = new BufferedImage(4, 3, BufferedImage.TYPE_INT_ARGB);
    argb.setRGB(1, 2, 0x80ff0000);
    argb.setRGB(0, 0, 0xff102030);
    Image image = AwtImages.of(argb);
    assertThat(image.at(2, 1, 0)).isEqualTo(255);
    assertThat(image.at(2, 1, 1)).isEqualTo(127);
    assertThat(image.at(0, 0, 2)).isEqualTo(0x30);
    assertThat(image.at(1, 1, 0)).isEqualTo(255);
    BufferedImage grey = new BufferedImage(6, 2, BufferedImage.TYPE_BYTE_GRAY);
    for (int x = 0; x < 6; x++) {
      grey.getRaster().setSample(x, 1, 0, random.nextInt(256));
    }
    Image read = AwtImages.of(grey);
    assertThat(read.channels()).isEqualTo(1);
    for (int x = 0; x < 6; x++) {
      assertThat(read.at(1, x, 0)).isEqualTo(grey.getRaster().getSample(x, 1, 0));
    }
  }

  @Test
  void floatingPointLevels() {
    var model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY), false, false, 1, DataBuffer.TYPE_FLOAT);
    BufferedImage picture =
        new BufferedImage(model, model.createCompatibleWritableRaster(3, 2), false, null);
    assertThatThrownBy(() -> AwtImages.of(picture))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("save it with 8 bits");
  }

  @Test
  void writing() {
    Image image = TestData.example("flower.jpg");
    Path png = folder.resolve("x.PNG");
    ImageWriter.write(image, png);
    assertThat(ImageReader.read(png)).isEqualTo(image);
    Path jpeg = folder.resolve("x.jpg");
    ImageWriter.write(image, jpeg);
    Image again = ImageReader.read(jpeg);
    double sum = 0;
    for (int i = 0; i < image.pixels().length; i++) {
      sum += Math.abs((image.pixels()[i] & 0xff) - (again.pixels()[i] & 0xff));
    }
    assertThat(sum / image.pixels().length).isLessThan(3);
    assertThat(folder)
        .isDirectoryContaining("glob:**.jpg")
        .isDirectoryNotContaining("glob:**.part");
    assertThatThrownBy(() -> ImageWriter.write(image, folder.resolve("x.gif")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(".png or .jpg");
    assertThatThrownBy(() -> ImageWriter.write(image, folder.resolve("no/x.png")))
        .isInstanceOf(FormatException.class);
    Image map = Image.grey(1, 2, new byte[] {0, 3});
    assertThatThrownBy(() -> ImageWriter.writeIndexed(map, new int[3], png))
        .isInstanceOf(ImageException.class);
  }
}
