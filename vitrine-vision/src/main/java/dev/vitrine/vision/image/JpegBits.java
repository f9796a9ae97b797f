package dev.vitrine.vision.image;

import java.io.IOException;

/** The bits of entropy-coded data, up to the next marker. */
final class JpegBits {
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
    int v = take(n);
    return n > 0 && v >> (n - 1) == 0 ? v - (1 << n) + 1 : v;
  }

  private void fill() {
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
