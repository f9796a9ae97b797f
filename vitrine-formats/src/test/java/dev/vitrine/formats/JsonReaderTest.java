package dev.vitrine.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.JsonReader.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonReaderTest {
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  /** The tokens of a text, with their names and values. */
  private static List<String> tokens(byte[] text) throws IOException {
    JsonReader json = new JsonReader(text);
    List<String> out = new ArrayList<>();
    for (Token t = json.next(); t != null; t = json.next()) {
      String value =
          switch (t) {
            case STRING -> "=" + json.string();
            case INTEGER -> "=" + json.integer();
            case REAL -> "=" + json.real();
            default -> "";
          };
      out.add(t + value);
    }
    return out;
  }

  private static List<String> tokens(String text) throws IOException {
    return tokens(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void structure() throws IOException {
    JsonReader json = new JsonReader(" {\"a\" : [ 1 , {} ],\n\t\"b\":null} ".getBytes());
    List<String> seen = new ArrayList<>();
    for (Token t = json.next(); t != null; t = json.next()) {
      seen.add(t + " " + json.name());
    }
    assertThat(seen)
        .containsExactly(
            "START_OBJECT null",
            "START_ARRAY a",
            "INTEGER a",
            "START_OBJECT a",
            "END_OBJECT a",
            "END_ARRAY a",
            "NULL b",
            "END_OBJECT b");
  }

  @ParameterizedTest
  @CsvSource({
    "0, INTEGER=0",
    "-0, INTEGER=0",
    "-17, INTEGER=-17",
    "9223372036854775807, INTEGER=9223372036854775807",
    "-9223372036854775808, INTEGER=-9223372036854775808",
    "9223372036854775808, REAL=9.223372036854775807E18",
    "-9223372036854775809, REAL=-9.223372036854775807E18",
    "123456789012345678901234567890, REAL=1.2345678901234568E29",
    "0.5, REAL=0.5",
    "1e3, REAL=1000.0",
    "-2.5E-1, REAL=-0.25",
    "1e999, REAL=Infinity",
    "true, TRUE",
    "false, FALSE",
    "null, NULL"
  })
  void values(String text, String token) throws IOException {
    if (token.startsWith("REAL=")) {
      token = "REAL=" + Double.parseDouble(token.substring(5));
    }
    assertThat(tokens(text)).containsExactly(token);
  }

  @Test
  void texts() throws IOException {
    assertThat(tokens("\"\"")).containsExactly("STRING=");
    assertThat(tokens("\"ä→𝄞 x\"")).containsExactly("STRING=ä→𝄞 x");
    assertThat(tokens("\"\\\"\\\\\\/\\b\\f\\n\\r\\t|\\u00e4\\uD834\\uDD1Eü\""))
        .containsExactly("STRING=\"\\/\b\f\n\r\t|ä𝄞ü");
    byte[] marked = new byte[5];
    System.arraycopy(MARK, 0, marked, 0, 3);
    marked[3] = '4';
    marked[4] = '2';
    assertThat(tokens(marked)).containsExactly("INTEGER=42");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "tru",
        "truE",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "1e+",
        "+1",
        "NaN",
        "'a'",
        "\"a",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ué\"",
        "\"a\nb\"",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "1 2",
        "[] []",
        "[",
        "{",
        "]",
        "// 1\n1"
      })
  void faults(String text) {
    assertThatThrownBy(() -> tokens(text)).isInstanceOf(IOException.class);
  }

  @Test
  void textsThatAreNoUtf8() {
    for (byte[] bad : new byte[][] {{(byte) 0xff}, {(byte) 0xc3}, {(byte) 0xed, (byte) 0xa0, 0}}) {
      byte[] text = new byte[bad.length + 2];
      text[0] = '"';
      System.arraycopy(bad, 0, text, 1, bad.length);
      text[text.length - 1] = '"';
      assertThatThrownBy(() -> tokens(text)).isInstanceOf(IOException.class);
    }
  }

  /** Whatever the bytes, there are tokens or an IOException, and an end. */
  @Test
  void noise() {
    String alphabet = "{}[]\",:\\ue0123456789.-+ntrfalse \n";
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(24); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        tokens(text.toString());
      } catch (IOException e) {
        assertThat(e).as("seed " + seed).hasMessageContaining("at byte");
      }
    }
  }
}
