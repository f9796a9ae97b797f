package dev.vitrine.vision.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** EXIF orientation: how a camera says that its sensor's rows are not the picture's. */
final class Orientation {
  /** As stored. */
  static final int UPRIGHT = 1;

  private static final int TAG = 274;
  private static final int SHORT = 3;

  private Orientation() {}

  /**
   * The orientation 1…8 that EXIF data states.
   *
   * @param tiff the data from its byte order mark on: an EXIF block or a TIFF file
   * @return {@link #UPRIGHT} when the data says nothing or is damaged
   */
  static int read(ByteBuffer tiff) {
    try {
      ByteBuffer in = tiff.slice();
      switch (in.getShort()) {
        case 0x4949 -> in.order(ByteOrder.LITTLE_ENDIAN);
        case 0x4d4d -> in.order(ByteOrder.BIG_ENDIAN);
        default -> {
          return UPRIGHT;
        }
      }
      if (in.getShort() != 42) {
        return UPRIGHT;
      }
      in.position(in.getInt());
      for (int entries = Short.toUnsignedInt(in.getShort()); entries > 0; entries--) {
        int tag = Short.toUnsignedInt(in.getShort());
        int type = in.getShort();
        int count = in.getInt();
        int value = Short.toUnsignedInt(in.getShort());
        in.getShort();
        if (tag == TAG) {
          boolean valid = type == SHORT && count == 1 && value >= 1 && value <= 8;
          return valid ? value : UPRIGHT;
        }
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return UPRIGHT;
    }
    return UPRIGHT;
  }

  /** The picture turned and mirrored so that it is seen as it was taken. */
  static Image apply(Image stored, int orientation) {
    if (orientation == UPRIGHT) {
      return stored;
    }
    boolean transposed = orientation >= 5;
    boolean rowsReversed =
        switch (orientation) {
          case 3, 4, 6, 7 -> true;
          default -> false;
        };
    boolean columnsReversed =
        switch (orientation) {
          case 2, 3, 7, 8 -> true;
          default -> false;
        };
    int height = transposed ? stored.width() : stored.height();
    int width = transposed ? stored.height() : stored.width();
    int channels = stored.channels();
    byte[] in = stored.pixels();
    byte[] out = new byte[in.length];
    for (int y = 0, to = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int row = transposed ? x : y;
        int column = transposed ? y : x;
        row = rowsReversed ? stored.height() - 1 - row : row;
        column = columnsReversed ? stored.width() - 1 - column : column;
        int from = (row * stored.width() + column) * channels;
        for (int c = 0; c < channels; c++) {
          out[to++] = in[from + c];
        }
      }
    }
    return Image.of(height, width, channels, out);
  }
}
