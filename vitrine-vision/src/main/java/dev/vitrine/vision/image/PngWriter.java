package dev.vitrine.vision.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Encodes PNG files of 8 bits a sample; the same picture always gives the same bytes. */
final class PngWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private PngWriter() {
    out.writeBytes(ByteBuffer.allocate(8).putLong(PngReader.MAGIC).array());
  }

  /** A grey or colour picture. */
  static byte[] encode(Image image) {
    PngWriter png = new PngWriter();
    PngColour colour = image.channels() == 1 ? PngColour.GREY : PngColour.RGB;
    png.header(image, colour);
    png.pixels(image, true);
    return png.end();
  }

  /**
   * A picture of colour indices.
   *
   * @param indices a grey picture whose levels count colours
   * @param palette 1 to 256 colours as {@code 0xRRGGBB}, more than any index
   */
  static byte[] encode(Image indices, int[] palette) {
    PngWriter png = new PngWriter();
    png.header(indices, PngColour.PALETTE);
    ByteBuffer colours = ByteBuffer.allocate(palette.length * 3);
    for (int rgb : palette) {
      colours.put((byte) (rgb >> 16)).put((byte) (rgb >> 8)).put((byte) rgb);
    }
    png.chunk("PLTE", colours.array(), colours.capacity());
    png.pixels(indices, false);
    return png.end();
  }

  private void header(Image image, PngColour colour) {
    ByteBuffer b = ByteBuffer.allocate(13);
    b.putInt(image.width()).putInt(image.height()).put((byte) 8).put((byte) colour.code());
    chunk("IHDR", b.array(), b.capacity());
  }

  private void pixels(Image image, boolean filtered) {
    // What filtering leaves of a photo hardly shrinks further however long it takes.
    Deflater deflater = new Deflater(filtered ? Deflater.BEST_SPEED : Deflater.DEFAULT_COMPRESSION);
    int step = image.channels();
    byte[] above = new byte[image.width() * step];
    byte[] row = new byte[above.length];
    byte[] packed = new byte[1 << 16];
    for (int y = 0; y < image.height(); y++) {
      System.arraycopy(image.pixels(), y * row.length, row, 0, row.length);
      deflater.setInput(filtered ? PngFilter.predicted(row, above, step) : PngFilter.plain(row));
      while (!deflater.needsInput()) {
        data(deflater, packed);
      }
      byte[] free = above;
      above = row;
      row = free;
    }
    deflater.finish();
    while (!deflater.finished()) {
      data(deflater, packed);
    }
    deflater.end();
  }

  private void data(Deflater deflater, byte[] packed) {
    int n = deflater.deflate(packed);
    if (n > 0) {
      chunk("IDAT", packed, n);
    }
  }

  private void chunk(String type, byte[] body, int length) {
    byte[] tag = type.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(tag);
    crc.update(body, 0, length);
    out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
    out.writeBytes(tag);
    out.write(body, 0, length);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  private byte[] end() {
    chunk("IEND", new byte[0], 0);
    return out.toByteArray();
  }
}
