package dev.vitrine.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads JSON (RFC 8259) token by token from UTF-8 that may be hostile: nesting is capped, and an
 * object has no name twice. Mistakes are IOExceptions that say where. It takes next to no time to
 * start, which a general library does.
 */
public final class JsonReader {
  private static final int MOST_NESTED = 1000;

  /** What a text is made of; names are read with the values that they belong to. */
  public enum Token {
    START_OBJECT,
    END_OBJECT,
    START_ARRAY,
    END_ARRAY,
    STRING,
    /** A whole number of 64 bits. */
    INTEGER,
    /** Any other number. */
    REAL,
    TRUE,
    FALSE,
    NULL
  }

  private final byte[] text;
  private int at;
  // For each open object its names so far; null for an array.
  private final ArrayDeque<Names> open = new ArrayDeque<>();
  private Token token;
  private String name;
  private String string;
  private long integer;
  private double real;

  /** What an object or an array has had; an array has no names. */
  private static final class Names {
    private final Set<String> seen;
    private boolean begun;

    Names(boolean object) {
      seen = object ? new HashSet<>() : null;
    }
  }

  public JsonReader(byte[] utf8) {
    text = utf8;
    boolean marked = text.length >= 3 && text[0] == -17 && text[1] == -69 && text[2] == -65;
    at = marked ? 3 : 0;
  }

  /** The token that {@link #next} gave last. */
  public Token token() {
    return token;
  }

  /** The name of the value at hand in its object. */
  public String name() {
    return name;
  }

  /** The text at hand. */
  public String string() {
    return string;
  }

  /** The whole number at hand. */
  public long integer() {
    return integer;
  }

  /** The number at hand. */
  public double real() {
    return real;
  }

  /** The next token; null at the end. */
  public Token next() throws IOException {
    int c = skip();
    Names inside = open.peek();
    if (inside == null) {
      boolean first = token == null;
      if (c < 0 && !first) {
        return token = null;
      }
      if (!first) {
        throw fault("something follows the end");
      }
      return token = value(c);
    }
    boolean object = inside.seen != null;
    if (c == (object ? '}' : ']')) {
      at++;
      open.pop();
      return token = object ? Token.END_OBJECT : Token.END_ARRAY;
    }
    if (inside.begun) {
      expect(c, ',');
      c = skip();
    }
    inside.begun = true;
    if (object) {
      expect(c, '"');
      name = string(at);
      if (!inside.seen.add(name)) {
        throw fault("the name '" + name + "' is there twice");
      }
      expect(skip(), ':');
      c = skip();
    }
    return token = value(c);
  }

  private Token value(int c) throws IOException {
    return switch (c) {
      case '{' -> begin(Token.START_OBJECT);
      case '[' -> begin(Token.START_ARRAY);
      case '"' -> {
        at++;
        string = string(at);
        yield Token.STRING;
      }
      case 't' -> word("true", Token.TRUE);
      case 'f' -> word("false", Token.FALSE);
      case 'n' -> word("null", Token.NULL);
      default -> {
        if (c == '-' || isDigit(c)) {
          yield number();
        }
        throw fault(c < 0 ? "it ends too early" : "no value begins so");
      }
    };
  }

  private Token begin(Token t) throws IOException {
    if (open.size() == MOST_NESTED) {
      throw fault("it is nested too deep");
    }
    at++;
    open.push(new Names(t == Token.START_OBJECT));
    return t;
  }

  private Token word(String word, Token t) throws IOException {
    for (int i = 0; i < word.length(); i++) {
      if (at >= text.length || text[at++] != word.charAt(i)) {
        throw fault("no value begins so");
      }
    }
    return t;
  }

  private Token number() throws IOException {
    int from = at;
    boolean negative = peek() == '-';
    if (negative) {
      at++;
    }
    int digits = at;
    long value = 0;
    boolean fits = true;
    while (isDigit(peek())) {
      int digit = text[at++] - '0';
      fits &= value >= (Long.MIN_VALUE + digit) / 10;
      // Towards the negative side, which has one number more.
      value = value * 10 - digit;
    }
    if (at == digits || (text[digits] == '0' && at > digits + 1)) {
      throw fault("a number is malformed");
    }
    boolean whole = true;
    if (peek() == '.') {
      whole = false;
      at++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      whole = false;
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
    if (whole && fits && (negative || value != Long.MIN_VALUE)) {
      integer = negative ? value : -value;
      real = integer;
      return Token.INTEGER;
    }
    real = Double.parseDouble(new String(text, from, at - from, StandardCharsets.ISO_8859_1));
    return Token.REAL;
  }

  private void digits() throws IOException {
    int from = at;
    while (isDigit(peek())) {
      at++;
    }
    if (at == from) {
      throw fault("a number is malformed");
    }
  }

  /** The text whose first byte that is, up to the quotes that end it, behind which it leaves. */
  private String string(int from) throws IOException {
    boolean plain = true;
    boolean escaped = false;
    int end = from;
    for (; end < text.length && text[end] != '"'; end++) {
      byte b = text[end];
      if (b == '\\') {
        escaped = true;
        end++;
      } else if (b >= 0 && b < ' ') {
        at = end;
        throw fault("a text has a control character");
      }
      plain &= b >= 0;
    }
    if (end >= text.length) {
      at = text.length;
      throw fault("a text doesn't end");
    }
    at = from;
    String all =
        plain ? new String(text, from, end - from, StandardCharsets.ISO_8859_1) : utf8(end);
    String out = escaped ? unescape(all) : all;
    at = end + 1;
    return out;
  }

  private String utf8(int end) throws IOException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(text, at, end - at))
          .toString();
    } catch (CharacterCodingException e) {
      throw fault("a text is no UTF-8");
    }
  }

  private String unescape(String raw) throws IOException {
    StringBuilder out = new StringBuilder(raw.length());
    int from = 0;
    for (int i = raw.indexOf('\\'); i >= 0; i = raw.indexOf('\\', from)) {
      out.append(raw, from, i);
      from = i + 2;
      switch (raw.charAt(i + 1)) {
        case '"' -> out.append('"');
        case '\\' -> out.append('\\');
        case '/' -> out.append('/');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          out.append(unit(raw, from));
          from += 4;
        }
        default -> throw fault("a text has an unknown escape");
      }
    }
    return out.append(raw, from, raw.length()).toString();
  }

  private char unit(String raw, int from) throws IOException {
    int unit = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = i < raw.length() ? Character.digit(raw.charAt(i), 16) : -1;
      if (digit < 0 || raw.charAt(i) > 'f') {
        throw fault("a text has an unknown escape");
      }
      unit = unit * 16 + digit;
    }
    return (char) unit;
  }

  /** Passes blanks; the byte after them, or −1 at the end. */
  private int skip() {
    while (at < text.length
        && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
      at++;
    }
    return peek();
  }

  private int peek() {
    return at < text.length ? text[at] & 0xff : -1;
  }

  private void expect(int c, char wanted) throws IOException {
    if (c != wanted) {
      throw fault(c < 0 ? "it ends too early" : "'" + wanted + "' is missing");
    }
    at++;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private IOException fault(String what) {
    return new IOException(what + ", at byte " + at);
  }
}
