package dev.vitrine.vision.image;

import dev.vitrine.engine.generated.JpegKernels;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * JPEG (ITU-T T.81): baseline, extended and progressive Huffman coding of 8 bits; grey, YCbCr, RGB,
 * CMYK and YCCK; EXIF orientation. Levels are those of the IJG's library with its default settings.
 */
final class JpegReader {
  private static final int EXIF = 0x45786966;
  private static final int ADOBE = 0x41646f62;
  private static final int JFIF = 0x4a464946;

  /** More scans than this are an attempt to keep the reader busy. */
  private static final int MAX_SCANS = 200;

  private final byte[] file;
  private final PixelLimit limit;
  private final int[][] quantizers = new int[4][];
  private final JpegHuffman[] dcTables = new JpegHuffman[4];
  private final JpegHuffman[] acTables = new JpegHuffman[4];
  private JpegFrame frame;

  /** Generated code, once the size is known; null where there is none. */
  private JpegKernels kernels;

  private int restartInterval;
  private int orientation = Orientation.UPRIGHT;
  private boolean jfif;

  /** What Adobe's segment says about the colours; −1 without one. */
  private int adobe = -1;

  private final boolean generated;

  private JpegReader(byte[] file, PixelLimit limit, boolean generated) {
    this.file = file;
    this.limit = limit;
    this.generated = generated;
  }

  static Image read(byte[] file, PixelLimit limit) throws IOException {
    return read(file, limit, true);
  }

  /**
   * @param generated whether generated code is used where the machine has it; it gives the same
   */
  static Image read(byte[] file, PixelLimit limit, boolean generated) throws IOException {
    JpegReader jpeg = new JpegReader(file, limit, generated);
    try {
      jpeg.segments();
      if (jpeg.frame == null || !jpeg.frame.isComplete()) {
        throw new IOException("it holds no picture");
      }
      Image stored = new JpegColours(jpeg.frame, jpeg.jfif, jpeg.adobe, jpeg.kernels).image();
      return Orientation.apply(stored, jpeg.orientation);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IOException("it ends early or is damaged", e);
    } finally {
      if (jpeg.kernels != null) {
        jpeg.kernels.close();
      }
    }
  }

  private void segments() throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file).position(2);
    int scans = 0;
    while (true) {
      int marker = marker(in);
      if (marker == 0xd9) {
        return;
      }
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
        continue;
      }
      int length = Short.toUnsignedInt(in.getShort()) - 2;
      ByteBuffer body = in.slice(in.position(), length);
      in.position(in.position() + length);
      switch (marker) {
        case 0xc0, 0xc1, 0xc2 -> frame(body, marker == 0xc2);
        case 0xc4 -> huffmanTables(body);
        case 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, 0xcc ->
            throw new IOException(
                "it is lossless, hierarchical or arithmetic-coded; save it as baseline");
        case 0xdb -> quantizers(body);
        case 0xdd -> restartInterval = Short.toUnsignedInt(body.getShort());
        case 0xe0 -> jfif |= length >= 5 && body.getInt() == JFIF;
        case 0xe1 -> exif(body);
        case 0xee -> adobe = length >= 12 && body.getInt(0) == ADOBE ? body.get(11) : adobe;
        case 0xda -> {
          if (++scans > MAX_SCANS) {
            throw new IOException("it has more than " + MAX_SCANS + " scans");
          }
          in.position(scan(body, in.position()));
          if (in.remaining() < 2 && frame.isComplete()) {
            return;
          }
        }
        default -> {}
      }
    }
  }

  /** The next marker; stray bytes before it are skipped. */
  private static int marker(ByteBuffer in) {
    int marker = 0;
    while (marker == 0) {
      while (in.get() != (byte) 0xff) {}
      do {
        marker = Byte.toUnsignedInt(in.get());
      } while (marker == 0xff);
    }
    return marker;
  }

  private void exif(ByteBuffer body) {
    if (body.remaining() > 6 && body.getInt(0) == EXIF) {
      orientation = Orientation.read(body.position(6).slice());
    }
  }

  private void quantizers(ByteBuffer in) throws IOException {
    while (in.hasRemaining()) {
      int head = in.get();
      int[] table = new int[64];
      for (int i = 0; i < 64; i++) {
        boolean wide = (head >> 4 & 15) != 0;
        int v = wide ? Short.toUnsignedInt(in.getShort()) : Byte.toUnsignedInt(in.get());
        table[JpegScan.ZIGZAG[i]] = v;
      }
      quantizers[index(head & 15)] = table;
    }
  }

  private void huffmanTables(ByteBuffer in) throws IOException {
    while (in.hasRemaining()) {
      int head = in.get();
      JpegHuffman[] tables = (head >> 4 & 15) == 0 ? dcTables : acTables;
      tables[index(head & 15)] = JpegHuffman.read(in);
    }
  }

  private static int index(int table) throws IOException {
    if (table > 3) {
      throw new IOException("it uses table " + table + " of 4");
    }
    return table;
  }

  private void frame(ByteBuffer in, boolean progressive) throws IOException {
    int bits = in.get();
    int height = Short.toUnsignedInt(in.getShort());
    int width = Short.toUnsignedInt(in.getShort());
    int n = in.get();
    if (frame != null || (n != 1 && n != 3 && n != 4)) {
      throw new IOException("it has two pictures or " + n + " channels");
    }
    if (bits != 8) {
      throw new IOException("its samples have " + bits + " bits; save it with 8");
    }
    limit.check(height, width);
    int[][] channels = new int[n][];
    for (int i = 0; i < n; i++) {
      int id = Byte.toUnsignedInt(in.get());
      int sampling = in.get();
      channels[i] = new int[] {id, sampling >> 4 & 15, sampling & 15, in.get()};
    }
    frame = JpegFrame.of(height, width, progressive, channels, file.length);
    kernels = generated ? JpegKernels.open(frame.mcuColumns() * frame.maxAcross() * 8) : null;
  }

  /** Decodes a scan whose data begins at {@code start}; where the data ends. */
  private int scan(ByteBuffer in, int start) throws IOException {
    if (frame == null) {
      throw new IOException("its data comes before its size");
    }
    int n = in.get();
    List<JpegScan.Channel> channels = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      JpegComponent component = frame.component(Byte.toUnsignedInt(in.get()));
      int tables = in.get();
      component.useQuantizer(quantizers[index(component.quantizerIndex())]);
      channels.add(
          new JpegScan.Channel(
              component, dcTables[index(tables >> 4 & 15)], acTables[index(tables & 15)]));
    }
    int first = in.get();
    int last = in.get();
    int approximation = in.get();
    var band = new JpegScan.Band(first, last, approximation >> 4 & 15, approximation & 15);
    JpegBits bits = new JpegBits(file, start);
    new JpegScan(frame, channels, band, bits, kernels).decode(restartInterval);
    return bits.end();
  }
}
