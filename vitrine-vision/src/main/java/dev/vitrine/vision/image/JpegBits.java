package dev.vitrine.vision.image;

import java.io.IOException;

/** The bits of entropy-coded data, up to the next marker. */
final class JpegBits {
  /** The symbol for 16 zeros. */
  private static final int ZEROS = 0xf0;

  private static final int FAST_MASK = (1 << JpegHuffman.FAST) - 1;

  private final byte[] file;
  private int position;
  private long buffer;

  /** Bits in the buffer, of which the last {@link #padding} are zeros after the data's end. */
  private int available;

  private int padding;

  JpegBits(byte[] file, int position) {
    this.file = file;
    this.position = position;
  }

  /** The next {@code n} ≤ 16 bits, without taking them. */
  int peek(int n) {
    if (available < n) {
      fill();
    }
    return (int) (buffer >>> (available - n)) & ((1 << n) - 1);
  }

  void skip(int n) {
    available -= n;
  }

  /** Takes {@code n} ≤ 16 bits. */
  int take(int n) {
    int v = peek(n);
    available -= n;
    return v;
  }

  /** Takes an n-bit number in JPEG's signed form, where a leading zero bit means negative. */
  int signed(int n) {
    return signed(take(n), n);
  }

  /** A number of n bits in JPEG's signed form. */
  static int signed(int v, int n) {
    return n > 0 && v >> (n - 1) == 0 ? v - (1 << n) + 1 : v;
  }

  /**
   * Takes the coefficients of a block but its first, up to the last that isn't zero.
   *
   * @param to gets them in natural order, where it holds zeros, from {@code at} on
   */
  void coefficients(JpegHuffman table, short[] to, int at) throws IOException {
    // In variables of its own: most of the time that a picture takes is spent here.
    long bits = buffer;
    int left = available;
    for (int k = 1; k < 64; k++) {
      if (left < 32) {
        buffer = bits;
        available = left;
        fill();
        bits = buffer;
        left = available;
      }
      int entry = table.entry((int) (bits >>> (left - JpegHuffman.FAST)) & FAST_MASK);
      if (entry == 0) {
        entry = table.longEntry((int) (bits >>> (left - 16)) & 0xffff);
      }
      left -= JpegHuffman.length(entry);
      int symbol = JpegHuffman.symbol(entry);
      int size = symbol & 15;
      if (size == 0 && symbol != ZEROS) {
        break;
      }
      k += symbol >> 4;
      if (k > 63) {
        throw new IOException("its data is damaged");
      }
      if (JpegHuffman.hasNumber(entry)) {
        to[at + JpegScan.ZIGZAG[k]] = (short) JpegHuffman.number(entry);
      } else if (size > 0) {
        left -= size;
        int number = (int) (bits >>> left) & (1 << size) - 1;
        to[at + JpegScan.ZIGZAG[k]] = (short) signed(number, size);
      }
    }
    buffer = bits;
    available = left;
  }

  /** Makes at least 32 bits available. */
  private void fill() {
    if (available <= 32 && position + 4 <= file.length) {
      int word =
          file[position] << 24
              | (file[position + 1] & 0xff) << 16
              | (file[position + 2] & 0xff) << 8
              | file[position + 3] & 0xff;
      // Whether no byte is 0xff: none of the complement is 0.
      if (((~word - 0x01010101) & word & 0x80808080) == 0) {
        buffer = buffer << 32 | word & 0xffff_ffffL;
        available += 32;
        position += 4;
        return;
      }
    }
    while (available <= 48) {
      buffer <<= 8;
      available += 8;
      if (position < file.length && file[position] != (byte) 0xff) {
        buffer |= file[position++] & 0xff;
      } else if (position + 1 < file.length && file[position + 1] == 0) {
        buffer |= 0xff;
        position += 2;
      } else {
        padding += 8;
      }
    }
  }

  /** Fails if more bits were taken than there were. */
  void check() throws IOException {
    if (padding > available) {
      throw new IOException("its data ends early or is damaged");
    }
  }

  /** Drops the bits before the restart marker {@code number} mod 8 and steps over it. */
  void restart(int number) throws IOException {
    check();
    position = end();
    if (position + 1 >= file.length || file[position + 1] != (byte) (0xd0 + (number & 7))) {
      throw new IOException("its data is damaged before restart " + number);
    }
    position += 2;
    buffer = 0;
    available = 0;
    padding = 0;
  }

  /** Where the next marker begins. */
  int end() {
    int at = position;
    while (at + 1 < file.length
        && (file[at] != (byte) 0xff || file[at + 1] == 0 || file[at + 1] == (byte) 0xff)) {
      at++;
    }
    return at;
  }
}
