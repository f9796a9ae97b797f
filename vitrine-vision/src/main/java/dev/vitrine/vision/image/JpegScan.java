package dev.vitrine.vision.image;

import dev.vitrine.engine.generated.JpegKernels;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Decodes the coefficients of one scan (T.81, annexes F and G). */
final class JpegScan {
  /** From the order of coding to natural order. */
  static final int[] ZIGZAG = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63
  };

  /** A channel with the tables that this scan uses for it; a table may be null. */
  record Channel(JpegComponent component, JpegHuffman dc, JpegHuffman ac) {}

  /**
   * The coefficients that a progressive scan codes.
   *
   * @param before bits below the point that earlier scans left out; 0 in the first
   * @param now bits below the point that this scan leaves out
   */
  record Band(int first, int last, int before, int now) {}

  private final JpegFrame frame;
  private final List<Channel> channels;
  private final Band band;
  private final JpegBits bits;
  private final JpegKernels kernels;
  private final int[] predictions;

  /** Blocks to come, this one included, whose band is zero from here on. */
  private int endOfBand;

  /**
   * @param kernels generated code for transforming; null for none
   */
  JpegScan(JpegFrame frame, List<Channel> channels, Band band, JpegBits bits, JpegKernels kernels)
      throws IOException {
    boolean ac = band.first > 0;
    boolean valid =
        !frame.progressive()
            || (band.first >= 0
                && band.first <= band.last
                && band.last < 64
                && band.now < 14
                && (!ac || channels.size() == 1)
                && (ac || band.last == 0));
    if (channels.isEmpty() || channels.size() > 4 || !valid) {
      throw new IOException("a scan's header is damaged");
    }
    boolean needsDc = !frame.progressive() || (!ac && band.before == 0);
    boolean needsAc = !frame.progressive() || ac;
    for (Channel c : channels) {
      if ((needsDc && c.dc == null) || (needsAc && c.ac == null)) {
        throw new IOException("a scan lacks a Huffman table");
      }
    }
    this.frame = frame;
    this.channels = channels;
    this.band = band;
    this.bits = bits;
    this.kernels = kernels;
    this.predictions = new int[channels.size()];
  }

  /**
   * @param interval units between restart markers; 0 for none
   */
  void decode(int interval) throws IOException {
    boolean single = channels.size() == 1;
    JpegComponent only = channels.getFirst().component;
    int rows = single ? JpegFrame.ceil(only.height(), 8) : frame.mcuRows();
    int columns = single ? JpegFrame.ceil(only.width(), 8) : frame.mcuColumns();
    int unit = 0;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++, unit++) {
        if (interval > 0 && unit > 0 && unit % interval == 0) {
          bits.restart(unit / interval - 1);
          Arrays.fill(predictions, 0);
          endOfBand = 0;
        }
        if (single) {
          block(0, y, x);
        } else {
          unit(y, x);
        }
        bits.check();
      }
      if (!frame.progressive()) {
        for (Channel c : channels) {
          int blockRows = single ? 1 : c.component.down();
          c.component.transform(y * blockRows, blockRows, kernels);
        }
      }
    }
  }

  private void unit(int y, int x) throws IOException {
    for (int c = 0; c < channels.size(); c++) {
      JpegComponent component = channels.get(c).component;
      for (int v = 0; v < component.down(); v++) {
        for (int u = 0; u < component.across(); u++) {
          block(c, y * component.down() + v, x * component.across() + u);
        }
      }
    }
  }

  private void block(int c, int y, int x) throws IOException {
    JpegComponent component = channels.get(c).component;
    short[] all = component.coefficients();
    int at = component.block(y, x);
    if (!frame.progressive()) {
      sequential(c, all, at);
    } else if (band.first == 0) {
      if (band.before == 0) {
        all[at] = (short) (nextDc(c) << band.now);
      } else if (bits.take(1) == 1) {
        all[at] |= (short) (1 << band.now);
      }
    } else if (band.before == 0) {
      firstAc(channels.get(c).ac, all, at);
    } else {
      refineAc(channels.get(c).ac, all, at);
    }
  }

  private int nextDc(int c) throws IOException {
    int size = channels.get(c).dc.next(bits);
    if (size > 15) {
      throw new IOException("its data is damaged");
    }
    predictions[c] += bits.signed(size);
    return predictions[c];
  }

  private void sequential(int c, short[] all, int at) throws IOException {
    all[at] = (short) nextDc(c);
    bits.coefficients(channels.get(c).ac, all, at);
  }

  private void firstAc(JpegHuffman ac, short[] all, int at) throws IOException {
    if (endOfBand > 0) {
      endOfBand--;
      return;
    }
    for (int k = band.first; k <= band.last; k++) {
      int symbol = ac.next(bits);
      int run = symbol >> 4;
      int size = symbol & 15;
      if (size == 0 && run < 15) {
        endOfBand = (1 << run) + bits.take(run) - 1;
        return;
      }
      k += run;
      if (k > 63) {
        throw new IOException("its data is damaged");
      }
      if (size > 0) {
        all[at + ZIGZAG[k]] = (short) (bits.signed(size) << band.now);
      }
    }
  }

  private void refineAc(JpegHuffman ac, short[] all, int at) throws IOException {
    int k = band.first;
    while (endOfBand == 0 && k <= band.last) {
      int symbol = ac.next(bits);
      int run = symbol >> 4;
      int fresh = 0;
      if ((symbol & 15) != 0) {
        fresh = bits.take(1) == 1 ? 1 << band.now : -1 << band.now;
      } else if (run < 15) {
        endOfBand = (1 << run) + bits.take(run);
        break;
      }
      k = refine(all, at, k, run);
      if (fresh != 0 && k <= band.last) {
        all[at + ZIGZAG[k]] = (short) fresh;
      }
      k++;
    }
    if (endOfBand > 0) {
      refine(all, at, k, Integer.MAX_VALUE);
      endOfBand--;
    }
  }

  /**
   * Adds a bit to each coefficient that is not zero, up to the zero after {@code run} zeros: where
   * it is.
   */
  private int refine(short[] all, int at, int from, int run) {
    int zeros = run;
    int bit = 1 << band.now;
    int k = from;
    for (; k <= band.last; k++) {
      int i = at + ZIGZAG[k];
      if (all[i] == 0) {
        if (zeros-- == 0) {
          break;
        }
      } else if (bits.take(1) == 1 && (all[i] & bit) == 0) {
        all[i] += (short) (all[i] > 0 ? bit : -bit);
      }
    }
    return k;
  }
}
