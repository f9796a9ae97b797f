package dev.vitrine.vision.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Encodes PNG files of 8 bits a sample; the same picture always gives the same bytes. */
final class PngWriter {
  /** The bytes of rows that are compressed together. */
  private static final int PART = 1 << 18;

  /** The head of a zlib stream. */
  private static final byte[] ZLIB = {0x78, 0x01};

  private static final int ADLER = 65521;

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

  /** Rows that are compressed together, and by themselves, so that threads can share them. */
  private record Part(byte[] deflated, int n, int checksum, long bytes) {}

  private void pixels(Image image, boolean filtered) {
    int row = 1 + image.width() * image.channels();
    int rows = Math.max(1, PART / row);
    int parts = Math.ceilDiv(image.height(), rows);
    List<Part> all =
        IntStream.range(0, parts)
            .parallel()
            .mapToObj(
                i -> {
                  int end = Math.min(image.height(), (i + 1) * rows);
                  return part(image, filtered, i * rows, end, i + 1 == parts);
                })
            .toList();
    int checksum = 1;
    chunk("IDAT", ZLIB, ZLIB.length);
    for (Part part : all) {
      chunk("IDAT", part.deflated, part.n);
      checksum = join(checksum, part.checksum, part.bytes);
    }
    chunk("IDAT", ByteBuffer.allocate(4).putInt(checksum).array(), 4);
  }

  private static Part part(Image image, boolean filtered, int from, int to, boolean last) {
    int n = image.width() * image.channels();
    byte[] stored = new byte[Math.multiplyExact(to - from, n + 1)];
    for (int y = from; y < to; y++) {
      int at = (y - from) * (n + 1);
      if (filtered) {
        PngFilter.predict(image.pixels(), y * n, n, image.channels(), stored, at);
      } else {
        System.arraycopy(image.pixels(), y * n, stored, at + 1, n);
      }
    }
    Adler32 checksum = new Adler32();
    checksum.update(stored);
    // What filtering leaves of a photo hardly shrinks further however long it takes.
    int level = filtered ? Deflater.BEST_SPEED : Deflater.DEFAULT_COMPRESSION;
    try (Deflater deflater = new Deflater(level, true)) {
      deflater.setInput(stored);
      if (last) {
        deflater.finish();
      }
      byte[] out = new byte[stored.length / 2 + 64];
      int size = 0;
      while (true) {
        int room = out.length - size;
        int got = deflater.deflate(out, size, room, last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH);
        size += got;
        if (last ? deflater.finished() : got < room) {
          return new Part(out, size, (int) checksum.getValue(), stored.length);
        }
        if (got == room) {
          out = Arrays.copyOf(out, 2 * out.length);
        }
      }
    }
  }

  /** The Adler-32 checksum of two parts, the second of which has that many bytes (RFC 1950). */
  private static int join(int first, int second, long bytes) {
    long a = ((first & 0xffff) + (second & 0xffff) + ADLER - 1) % ADLER;
    long b = (first >>> 16) + (second >>> 16) + bytes % ADLER * ((first & 0xffff) + ADLER - 1);
    return (int) (b % ADLER << 16 | a);
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
