package dev.vitrine.vision.resize;

import dev.vitrine.engine.generated.LevelMixer;
import dev.vitrine.vision.image.Image;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Resizing one axis at a time, in integers, rounded to levels. */
final class Separable {
  /** Fewer multiplications than this are done before other threads have woken. */
  private static final long WORTH_THREADS = 1 << 20;

  private Separable() {}

  /** Rows {@code top} to {@code bottom} of the picture with its columns resized. */
  static Image columns(Image image, Taps taps, int top, int bottom) {
    return columns(image, taps, top, bottom, mixer(taps));
  }

  /**
   * @param mixer what sums up; null for the loops here
   */
  static Image columns(Image image, Taps taps, int top, int bottom, LevelMixer mixer) {
    int width = taps.outputs();
    int height = bottom - top;
    int channels = image.channels();
    byte[] in = image.pixels();
    byte[] out = new byte[size(height, width, channels)];
    if (mixer != null && channels == 3) {
      mixer.pixels(in, top * image.width() * 3, image.width(), height, taps.runs(), out);
      return Image.of(height, width, channels, out);
    }
    forRows(
        height,
        taps.weights().length * (long) channels,
        y -> {
          int row = (top + y) * image.width() * channels;
          if (channels == 3) {
            row3(in, row, out, y * width * 3, taps);
          } else {
            row1(in, row, out, y * width, taps);
          }
        });
    return Image.of(height, width, channels, out);
  }

  /** The machine's code for such sums, which gives the same as the loops here; null for none. */
  private static LevelMixer mixer(Taps taps) {
    return taps.fractionBits() == LevelMixer.FRACTION_BITS ? LevelMixer.host() : null;
  }

  private static void row3(byte[] in, int row, byte[] out, int to, Taps taps) {
    int[] weights = taps.weights();
    int shift = taps.fractionBits();
    int half = 1 << (shift - 1);
    for (int x = 0; x < taps.outputs(); x++) {
      int r = half;
      int g = half;
      int b = half;
      int from = row + 3 * taps.from(x);
      int w = taps.offset(x);
      for (int end = w + taps.count(x); w < end; w++, from += 3) {
        r += (in[from] & 0xff) * weights[w];
        g += (in[from + 1] & 0xff) * weights[w];
        b += (in[from + 2] & 0xff) * weights[w];
      }
      out[to++] = level(r >> shift);
      out[to++] = level(g >> shift);
      out[to++] = level(b >> shift);
    }
  }

  private static void row1(byte[] in, int row, byte[] out, int to, Taps taps) {
    int[] weights = taps.weights();
    int shift = taps.fractionBits();
    for (int x = 0; x < taps.outputs(); x++) {
      int sum = 1 << (shift - 1);
      int from = row + taps.from(x);
      int w = taps.offset(x);
      for (int end = w + taps.count(x); w < end; w++, from++) {
        sum += (in[from] & 0xff) * weights[w];
      }
      out[to++] = level(sum >> shift);
    }
  }

  /** The picture with its rows resized. */
  static Image rows(Image image, Taps taps) {
    return rows(image, taps, mixer(taps));
  }

  static Image rows(Image image, Taps taps, LevelMixer mixer) {
    int n = image.width() * image.channels();
    byte[] in = image.pixels();
    byte[] out = new byte[size(taps.outputs(), image.width(), image.channels())];
    if (mixer != null) {
      mixer.rows(in, n, taps.runs(), out);
      return Image.of(taps.outputs(), image.width(), image.channels(), out);
    }
    int shift = taps.fractionBits();
    forRows(
        taps.outputs(),
        (long) taps.weights().length / taps.outputs() * n,
        y -> {
          int[] sums = new int[n];
          for (int k = 0; k < taps.count(y); k++) {
            int weight = taps.weights()[taps.offset(y) + k];
            int row = (taps.from(y) + k) * n;
            for (int i = 0; i < n; i++) {
              sums[i] += (in[row + i] & 0xff) * weight;
            }
          }
          int half = 1 << (shift - 1);
          for (int i = 0; i < n; i++) {
            out[y * n + i] = level((sums[i] + half) >> shift);
          }
        });
    return Image.of(taps.outputs(), image.width(), image.channels(), out);
  }

  /** The pixels at the given rows and columns. */
  static Image pick(Image image, int[] rows, int[] columns) {
    int channels = image.channels();
    byte[] in = image.pixels();
    byte[] out = new byte[size(rows.length, columns.length, channels)];
    int to = 0;
    for (int y : rows) {
      for (int x : columns) {
        int from = (y * image.width() + x) * channels;
        for (int c = 0; c < channels; c++) {
          out[to++] = in[from + c];
        }
      }
    }
    return Image.of(rows.length, columns.length, channels, out);
  }

  static void forRows(int rows, long workPerRow, IntConsumer row) {
    if (rows * workPerRow >= WORTH_THREADS) {
      IntStream.range(0, rows).parallel().forEach(row);
      return;
    }
    for (int y = 0; y < rows; y++) {
      row.accept(y);
    }
  }

  static byte level(int v) {
    return (byte) Math.max(0, Math.min(255, v));
  }

  private static int size(int height, int width, int channels) {
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }
}
