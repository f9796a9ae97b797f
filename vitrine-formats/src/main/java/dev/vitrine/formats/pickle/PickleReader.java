package dev.vitrine.formats.pickle;

import dev.vitrine.formats.FormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The operands of pickle instructions, each checked against the bytes that are left. */
final class PickleReader {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final Pattern ESCAPE = Pattern.compile("\\\\u\\p{XDigit}{4}|\\\\U\\p{XDigit}{8}");
  private static final int MAX_LINE = 65_536;
  private static final int MAX_INTEGER = 1024;

  private final MemorySegment data;
  private final String name;
  private long at;

  PickleReader(MemorySegment data, String name) {
    this.data = data;
    this.name = name;
  }

  String name() {
    return name;
  }

  long position() {
    return at;
  }

  FormatException fault(String what) {
    return fault(what, null);
  }

  FormatException fault(String what, Throwable cause) {
    return new FormatException(
        "%s: the pickle is damaged at byte %d: %s; save it anew".formatted(name, at, what), cause);
  }

  private long advance(long n) {
    if (n > data.byteSize() - at) {
      throw new FormatException(
          name + ": the file ends inside its pickle; download or save it again");
    }
    at += n;
    return at - n;
  }

  int u8() {
    return Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, advance(1)));
  }

  int u16() {
    return u8() | u8() << 8;
  }

  int i32() {
    return data.get(INT, advance(4));
  }

  long u32() {
    return Integer.toUnsignedLong(i32());
  }

  double f64() {
    return data.get(DOUBLE, advance(8));
  }

  /** A length in one, four or eight bytes that fits in the bytes left and in an array. */
  int length(int bytes) {
    long n = bytes == 1 ? u8() : bytes == 4 ? u32() : data.get(LONG, advance(8));
    if (n < 0 || n > data.byteSize() - at || n > Integer.MAX_VALUE - 8) {
      throw fault("a length of " + Long.toUnsignedString(n) + " runs past the end");
    }
    return (int) n;
  }

  byte[] bytes(int n) {
    return data.asSlice(advance(n), n).toArray(ValueLayout.JAVA_BYTE);
  }

  String text(int n, Charset charset) {
    return new String(bytes(n), charset);
  }

  /** A little-endian two's complement integer: a Long if it fits. */
  Object integer(int n) {
    if (n > MAX_INTEGER) {
      throw fault("an integer of " + n + " bytes");
    }
    byte[] b = bytes(n);
    byte[] reversed = new byte[n + 1];
    reversed[0] = (byte) (n > 0 && b[n - 1] < 0 ? -1 : 0);
    for (int i = 0; i < n; i++) {
      reversed[n - i] = b[i];
    }
    BigInteger value = new BigInteger(reversed);
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  /** The text up to the line's end. */
  String line() {
    return line(StandardCharsets.UTF_8);
  }

  /** A line of Latin-1 in which other characters are escaped. */
  String escapedLine() {
    return ESCAPE
        .matcher(line(StandardCharsets.ISO_8859_1))
        .replaceAll(m -> Matcher.quoteReplacement(character(m.group().substring(2))));
  }

  private String character(String hex) {
    int code = Integer.parseUnsignedInt(hex, 16);
    if (!Character.isValidCodePoint(code)) {
      throw fault("no such character");
    }
    return Character.toString(code);
  }

  private String line(Charset charset) {
    long end = at;
    while (end < data.byteSize() && data.get(ValueLayout.JAVA_BYTE, end) != '\n') {
      if (++end - at > MAX_LINE) {
        throw fault("a line is too long");
      }
    }
    String text = text((int) (end - at), charset);
    advance(1);
    return text;
  }

  /** A line that is a quoted string. Escapes are not interpreted. */
  String quoted() {
    String s = line();
    if (s.length() < 2
        || s.charAt(0) != s.charAt(s.length() - 1)
        || "'\"".indexOf(s.charAt(0)) < 0) {
      throw fault("a string without quotes");
    }
    if (s.indexOf('\\') >= 0) {
      throw fault("a string with escapes");
    }
    return s.substring(1, s.length() - 1);
  }
}
