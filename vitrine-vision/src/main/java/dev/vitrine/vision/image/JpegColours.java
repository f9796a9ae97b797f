package dev.vitrine.vision.image;

import dev.vitrine.engine.generated.JpegKernels;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Brings the channels of a JPEG picture to one size and turns them into grey or RGB levels. */
final class JpegColours {
  /** What the channels stand for. */
  private enum Space {
    GREY,
    RGB,
    YCC,
    CMYK,
    YCCK
  }

  private static final int BITS = 16;
  private static final int HALF = 1 << (BITS - 1);

  private final JpegFrame frame;
  private final Space space;
  private final JpegKernels kernels;

  /**
   * @param kernels generated code; null for the loops here, which give the same
   */
  JpegColours(JpegFrame frame, boolean jfif, int adobe, JpegKernels kernels) {
    this.frame = frame;
    this.kernels = kernels;
    this.space = space(frame.ids(), jfif, adobe);
  }

  private static Space space(int[] ids, boolean jfif, int adobe) {
    if (ids.length == 1) {
      return Space.GREY;
    }
    if (ids.length == 4) {
      return adobe == 2 ? Space.YCCK : Space.CMYK;
    }
    boolean named = Arrays.equals(ids, new int[] {'R', 'G', 'B'});
    boolean rgb = !jfif && (adobe == 0 || (adobe < 0 && named));
    return rgb ? Space.RGB : Space.YCC;
  }

  Image image() throws IOException {
    if (frame.progressive()) {
      // Generated code is for one thread, and faster than several without.
      Stream<JpegComponent> all = frame.components().stream();
      (kernels == null ? all.parallel() : all).forEach(c -> c.transformAll(kernels));
    }
    int channels = space == Space.GREY ? 1 : 3;
    int width = frame.width();
    byte[] out = new byte[Image.size(frame.height(), width, channels)];
    JpegUpsampling[] sources =
        frame.components().stream()
            .map(c -> JpegUpsampling.of(c, frame.maxAcross(), frame.maxDown()))
            .toArray(JpegUpsampling[]::new);
    if (kernels != null && space == Space.YCC) {
      for (int y = 0; y < frame.height(); y++) {
        for (int c = 0; c < sources.length; c++) {
          sources[c].row(y, kernels, c);
        }
        kernels.colours(width, out, y * width * channels);
      }
      return Image.of(frame.height(), width, channels, out);
    }
    IntStream rows = IntStream.range(0, frame.height());
    (frame.height() * (long) width > 1 << 20 ? rows.parallel() : rows)
        .forEach(
            y -> {
              byte[][] row = new byte[sources.length][];
              for (int c = 0; c < row.length; c++) {
                row[c] = sources[c].row(y);
              }
              convert(row, out, y * width * channels);
            });
    return Image.of(frame.height(), width, channels, out);
  }

  private void convert(byte[][] in, byte[] out, int at) {
    int width = frame.width();
    switch (space) {
      case GREY -> System.arraycopy(in[0], 0, out, at, width);
      case RGB -> {
        for (int x = 0, to = at; x < width; x++) {
          for (int c = 0; c < 3; c++) {
            out[to++] = in[c][x];
          }
        }
      }
      case YCC -> ycc(in, out, at);
      case CMYK -> {
        for (int x = 0, to = at; x < width; x++) {
          for (int c = 0; c < 3; c++) {
            out[to++] = ink(in[c][x] & 0xff, in[3][x] & 0xff);
          }
        }
      }
      case YCCK -> {
        ycc(in, out, at);
        for (int x = 0, to = at; x < width; x++) {
          for (int c = 0; c < 3; c++, to++) {
            out[to] = ink(255 - (out[to] & 0xff), in[3][x] & 0xff);
          }
        }
      }
    }
  }

  /**
   * What is left of white under a coloured ink and black, without a colour profile. Inks are stored
   * as 255 minus their amount: every program that writes them follows Adobe's in that.
   */
  private static byte ink(int colour, int black) {
    int product = (255 - colour) * black + 128;
    return (byte) (black - ((product + (product >> 8)) >> 8));
  }

  /** ITU-R BT.601 with full range, in 16-bit fixed point. */
  private void ycc(byte[][] in, byte[] out, int at) {
    for (int x = 0, to = at; x < frame.width(); x++, to += 3) {
      int y = in[0][x] & 0xff;
      int cb = (in[1][x] & 0xff) - 128;
      int cr = (in[2][x] & 0xff) - 128;
      out[to] = level(y + ((91881 * cr + HALF) >> BITS));
      out[to + 1] = level(y + ((-22554 * cb - 46802 * cr + HALF) >> BITS));
      out[to + 2] = level(y + ((116130 * cb + HALF) >> BITS));
    }
  }

  private static byte level(int v) {
    return (byte) Math.clamp(v, 0, 255);
  }
}
