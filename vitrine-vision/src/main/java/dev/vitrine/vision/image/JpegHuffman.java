package dev.vitrine.vision.image;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A Huffman table: short codes by a look-up, long ones by comparing with each length's last code.
 */
final class JpegHuffman {
  /** Bits that are looked up at once. */
  static final int FAST = 10;

  private static final int LONGEST = 16;

  /** Marks an entry whose bits also have all of the number that follows the code. */
  private static final int WITH_NUMBER = 1 << 10;

  /**
   * For each {@link #FAST} bits what they begin with; 0 for a longer code. From the lowest bit on:
   * the length of code and number in 5 bits, of the code in 5, {@link #WITH_NUMBER}, the symbol in
   * 8, the number in 13.
   */
  private final int[] fast = new int[1 << FAST];

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
          int rest = FAST - length;
          for (int k = 0; k < 1 << rest; k++) {
            table.fast[(code << rest) + k] = entry(length, symbols[index] & 0xff, k, rest);
          }
        }
      }
      table.last[length] = counts[length] == 0 ? -1 : code - 1;
      code <<= 1;
    }
    return table;
  }

  /**
   * @param rest bits that follow the code, {@code more} in number
   */
  private static int entry(int length, int symbol, int rest, int more) {
    int size = symbol & 15;
    int entry = length << 5 | symbol << 11;
    if (size == 0 || size > more) {
      return entry | length;
    }
    int number = JpegBits.signed(rest >> (more - size), size);
    return entry | (length + size) | WITH_NUMBER | number << 19;
  }

  /** The entry for {@link #FAST} bits; 0 for a longer code. */
  int entry(int bits) {
    return fast[bits];
  }

  /** The length of an entry's code, with the number where it has that. */
  static int length(int entry) {
    return entry & 31;
  }

  static int codeLength(int entry) {
    return entry >> 5 & 31;
  }

  static boolean hasNumber(int entry) {
    return (entry & WITH_NUMBER) != 0;
  }

  static int symbol(int entry) {
    return entry >> 11 & 0xff;
  }

  static int number(int entry) {
    return entry >> 19;
  }

  /** The entry, without a number, for 16 bits that begin with a code of any length. */
  int longEntry(int bits) throws IOException {
    int entry = fast[bits >> (LONGEST - FAST)];
    if (entry != 0) {
      return entry;
    }
    for (int length = FAST + 1; length <= LONGEST; length++) {
      int code = bits >> (LONGEST - length);
      if (code <= last[length]) {
        return length | length << 5 | (symbols[code + offset[length]] & 0xff) << 11;
      }
    }
    throw new IOException("its data is damaged");
  }

  /** Takes the next symbol. */
  int next(JpegBits bits) throws IOException {
    int entry = longEntry(bits.peek(LONGEST));
    bits.skip(codeLength(entry));
    return symbol(entry);
  }
}
