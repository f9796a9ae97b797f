package dev.vitrine.vision.image;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A Huffman table: short codes by a look-up, long ones by comparing with each length's last code.
 */
final class JpegHuffman {
  private static final int FAST = 9;
  private static final int LONGEST = 16;

  /**
   * For each {@link #FAST} bits, length ≪ 8 | symbol of the code they begin with; 0 if it is
   * longer.
   */
  private final short[] fast = new short[1 << FAST];

  /** For each length the last code, or −1, and what to add to a code for its symbol's index. */
  private final int[] last = new int[LONGEST + 1];

  private final int[] offset = new int[LONGEST + 1];
  private final byte[] symbols;

  private JpegHuffman(byte[] symbols) {
    this.symbols = symbols;
  }

  static JpegHuffman read(ByteBuffer in) throws IOException {
    int[] counts = new int[LONGEST + 1];
    int total = 0;
    for (int length = 1; length <= LONGEST; length++) {
      counts[length] = Byte.toUnsignedInt(in.get());
      total += counts[length];
    }
    byte[] symbols = new byte[total];
    in.get(symbols);
    JpegHuffman table = new JpegHuffman(symbols);
    int code = 0;
    int index = 0;
    for (int length = 1; length <= LONGEST; length++) {
      table.offset[length] = index - code;
      for (int i = 0; i < counts[length]; i++, code++, index++) {
        if (code >= 1 << length) {
          throw new IOException("a Huffman table has too many codes");
        }
        if (length <= FAST) {
          int from = code << (FAST - length);
          for (int k = 0; k < 1 << (FAST - length); k++) {
            table.fast[from + k] = (short) (length << 8 | symbols[index] & 0xff);
          }
        }
      }
      table.last[length] = counts[length] == 0 ? -1 : code - 1;
      code <<= 1;
    }
    return table;
  }

  /** Takes the next symbol. */
  int next(JpegBits bits) throws IOException {
    int peeked = bits.peek(LONGEST);
    int entry = fast[peeked >> (LONGEST - FAST)];
    if (entry != 0) {
      bits.skip(entry >> 8);
      return entry & 0xff;
    }
    for (int length = FAST + 1; length <= LONGEST; length++) {
      int code = peeked >> (LONGEST - length);
      if (code <= last[length]) {
        bits.skip(length);
        return symbols[code + offset[length]] & 0xff;
      }
    }
    throw new IOException("its data is damaged");
  }
}
