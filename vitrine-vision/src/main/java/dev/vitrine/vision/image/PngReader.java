package dev.vitrine.vision.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * PNG (third edition): every colour type, bit depth and interlace. Levels of 16 bits keep their
 * high byte, alpha and the transparent colour are laid over white, colour profiles and gamma are
 * ignored.
 */
final class PngReader {
  static final long MAGIC = 0x89504e470d0a1a0aL;

  /** Deflate can't expand more than this. */
  private static final int MAX_EXPANSION = 1032;

  /** First row, first column, row step and column step of the seven passes of Adam7. */
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {0, 4, 8, 8}, {4, 0, 8, 4}, {0, 2, 4, 4}, {2, 0, 4, 2}, {0, 1, 2, 2}, {1, 0, 2, 1}
  };

  private static final int[][] WHOLE = {{0, 0, 1, 1}};

  private final List<ByteBuffer> data = new ArrayList<>();
  private int width;
  private int height;
  private int depth;
  private PngColour colour;
  private boolean interlaced;
  private byte[] palette = {};
  private byte[] transparency;

  private PngReader() {}

  /**
   * @param limit the largest number of pixels; checked before anything is allocated for them
   */
  static Image read(byte[] file, PixelLimit limit) throws IOException {
    PngReader png = parsed(file, limit);
    return png.decode(new PngPixels(png.colour, png.depth, png.palette, png.transparency));
  }

  /** As above, but the samples of grey pictures and the indices of palettes as they are stored. */
  static Image readNumbers(byte[] file, PixelLimit limit) throws IOException {
    PngReader png = parsed(file, limit);
    return png.decode(PngPixels.stored(png.colour, png.depth));
  }

  private static PngReader parsed(byte[] file, PixelLimit limit) throws IOException {
    PngReader png = new PngReader();
    png.chunks(ByteBuffer.wrap(file, 8, file.length - 8), limit);
    return png;
  }

  private void chunks(ByteBuffer in, PixelLimit limit) throws IOException {
    while (true) {
      if (in.remaining() < 12) {
        throw new IOException("it ends before its last chunk");
      }
      int length = in.getInt();
      if (length < 0 || length > in.remaining() - 8) {
        throw new IOException("it ends inside a chunk");
      }
      ByteBuffer typed = in.slice(in.position(), length + 4);
      in.position(in.position() + length + 4);
      boolean intact = crc(typed.duplicate()) == in.getInt();
      byte[] tag = new byte[4];
      typed.get(tag);
      String type = new String(tag, StandardCharsets.ISO_8859_1);
      boolean critical = (tag[0] & 0x20) == 0;
      if (critical && !intact) {
        throw new IOException("chunk " + type + " fails its checksum");
      }
      if ((colour == null) != type.equals("IHDR")) {
        throw new IOException("its header is not the first chunk or comes twice");
      }
      ByteBuffer body = typed.slice();
      switch (type) {
        case "IHDR" -> header(body, limit);
        case "PLTE" -> palette = bytes(body);
        case "tRNS" -> transparency = bytes(body);
        case "IDAT" -> data.add(body);
        case "IEND" -> {
          return;
        }
        default -> {
          if (critical) {
            throw new IOException("chunk " + type + " is unknown");
          }
        }
      }
    }
  }

  private void header(ByteBuffer in, PixelLimit limit) throws IOException {
    if (in.remaining() != 13) {
      throw new IOException("its header has the wrong length");
    }
    width = in.getInt();
    height = in.getInt();
    limit.check(height, width);
    depth = in.get();
    colour = PngColour.of(in.get(), depth);
    boolean standard = in.get() == 0 & in.get() == 0;
    int interlace = in.get();
    if (!standard || interlace < 0 || interlace > 1) {
      throw new IOException("its compression, filter or interlace method is unknown");
    }
    interlaced = interlace == 1;
  }

  private Image decode(PngPixels pixels) throws IOException {
    int[][] passes = interlaced ? ADAM7 : WHOLE;
    long expected = 0;
    for (int[] pass : passes) {
      expected += rows(pass) * (rowBytes(columns(pass)) + 1L);
    }
    long packed = data.stream().mapToLong(ByteBuffer::remaining).sum();
    if (expected > packed * MAX_EXPANSION) {
      throw new IOException("its " + packed + " bytes of data can't hold the picture");
    }
    int channels = pixels.channels();
    byte[] out = new byte[Image.size(height, width, channels)];
    try (Rows rows = new Rows()) {
      for (int[] pass : passes) {
        int columns = columns(pass);
        if (columns == 0) {
          continue;
        }
        byte[] above = new byte[rowBytes(columns)];
        byte[] row = new byte[above.length];
        for (int y = pass[0]; y < height; y += pass[2]) {
          int filter = rows.next(row);
          PngFilter.undo(filter, row, above, Math.max(1, colour.samples() * depth / 8));
          pixels.convert(row, columns, out, (y * width + pass[1]) * channels, pass[3] * channels);
          byte[] free = above;
          above = row;
          row = free;
        }
      }
    }
    return Image.of(height, width, channels, out);
  }

  private int rows(int[] pass) {
    return (height - pass[0] + pass[2] - 1) / pass[2];
  }

  private int columns(int[] pass) {
    return (width - pass[1] + pass[3] - 1) / pass[3];
  }

  private int rowBytes(int columns) {
    return Math.toIntExact(((long) columns * colour.samples() * depth + 7) / 8);
  }

  private static byte[] bytes(ByteBuffer b) {
    byte[] out = new byte[b.remaining()];
    b.get(out);
    return out;
  }

  private static int crc(ByteBuffer b) {
    CRC32 crc = new CRC32();
    crc.update(b);
    return (int) crc.getValue();
  }

  /** The filtered rows, inflated from the data chunks as they are asked for. */
  private final class Rows implements AutoCloseable {
    private final Inflater inflater = new Inflater();
    private final byte[] filter = new byte[1];
    private int chunk;

    /** Fills {@code row} and returns the filter before it. */
    int next(byte[] row) throws IOException {
      fill(filter);
      fill(row);
      return filter[0];
    }

    private void fill(byte[] to) throws IOException {
      try {
        int n = 0;
        while (n < to.length) {
          int got = inflater.inflate(to, n, to.length - n);
          n += got;
          if (got == 0 && n < to.length) {
            if (inflater.finished() || inflater.needsDictionary() || chunk == data.size()) {
              throw new IOException("its data ends before the last row");
            }
            inflater.setInput(data.get(chunk++));
          }
        }
      } catch (DataFormatException e) {
        throw new IOException("its data is damaged", e);
      }
    }

    @Override
    public void close() {
      inflater.end();
    }
  }
}
