package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.FormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtoReaderTest {
  private static ProtoReader reader(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return new ProtoReader("x.onnx", MemorySegment.ofArray(bytes));
  }

  private static List<Long> integers(String hex) {
    ProtoReader in = reader(hex);
    LongStream.Builder out = LongStream.builder();
    while (in.next()) {
      in.integers(out);
    }
    return out.build().boxed().toList();
  }

  @Test
  void fields() {
    ProtoReader in = reader("08 96 01 | 15 0000c03f | 1a 03 61c3a4 | 22 02 08 07".replace("|", ""));
    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(1);
    assertThat(in.integer()).isEqualTo(150);
    in.next();
    assertThat(in.real()).isEqualTo(1.5f);
    in.next();
    assertThat(in.text()).isEqualTo("aä");
    in.next();
    ProtoReader inner = in.message();
    assertThat(in.next()).isFalse();
    assertThat(inner.next()).isTrue();
    assertThat(inner.integer()).isEqualTo(7);
    assertThat(inner.next()).isFalse();
  }

  @Test
  void repeatedIntegersPackedOrNot() {
    assertThat(integers("08 01 08 02")).containsExactly(1L, 2L);
    assertThat(integers("0a 03 01 96 01 08 02")).containsExactly(1L, 150L, 2L);
    assertThat(integers("08 ffffffffffffffffff01")).containsExactly(-1L);
  }

  @Test
  void repeatedFloatsPackedOrNot() {
    ProtoReader in = reader("0d 0000803f 0a 08 00000040 00004040");
    List<Float> out = new ArrayList<>();
    while (in.next()) {
      in.reals(out::add);
    }
    assertThat(out).containsExactly(1f, 2f, 3f);
  }

  @Test
  void bytesStayInPlace() {
    byte[] file = {0x0a, 2, 5, 6};
    ProtoReader in = new ProtoReader("x.onnx", MemorySegment.ofArray(file));
    in.next();
    file[3] = 9;
    assertThat(in.bytes().get(ValueLayout.JAVA_BYTE, 1)).isEqualTo((byte) 9);
  }

  @ParameterizedTest
  @CsvSource({
    "08, ends inside a field of 1 bytes",
    "08 80, ends inside a field of 1 bytes",
    "08 80808080808080808080 01, more than ten bytes",
    "0a 05 00, ends inside a field of 5 bytes",
    "0a ffffffffffffffffff01 00, ends inside a field of 18446744073709551615 bytes",
    "0a ffffffffffffffff7f 00, ends inside a field of 9223372036854775807 bytes",
    "0d 000000, ends inside a field of 4 bytes",
    "09 00000000000000, ends inside a field of 8 bytes",
    "0b 0c, wire type 3",
    "0f, wire type 7",
    "00 00, field with the number 0",
    "f8ffffffffffffffff01 00, field with the number",
    "0a 02 08 80, ends inside a field of 1 bytes"
  })
  void damaged(String hex, String message) {
    assertThatThrownBy(
            () -> {
              ProtoReader in = reader(hex);
              while (in.next()) {
                if (hex.startsWith("0a")) {
                  in.message().next();
                }
              }
            })
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("x.onnx: is damaged or no ONNX file: it ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"08 01", "0d 00000000", "09 0000000000000000"})
  void wrongKind(String hex) {
    ProtoReader in = reader(hex);
    in.next();
    assertThatThrownBy(in::text)
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("wire type");
    assertThatThrownBy(in::message).isInstanceOf(FormatException.class);
    ProtoReader text = reader("0a 00");
    text.next();
    assertThatThrownBy(text::integer).isInstanceOf(FormatException.class);
    assertThatThrownBy(text::real).isInstanceOf(FormatException.class);
  }

  @Test
  void listThatEndsInsideAnElement() {
    assertThatThrownBy(() -> integers("0a 02 01 80")).hasMessageContaining("ends inside a field");
    ProtoReader in = reader("0a 03 000000");
    in.next();
    assertThatThrownBy(() -> in.fixed(4)).hasMessageContaining("ends inside one");
  }

  @Test
  void writerAndReaderAgree() {
    ProtoWriter inner = new ProtoWriter().bytes(3, MemorySegment.ofArray(new byte[300]));
    ProtoWriter all =
        new ProtoWriter()
            .integer(1, Long.MIN_VALUE)
            .real(2, -0f)
            .entry(4, "")
            .text(5, "")
            .integers(6, List.of(0L, 127L, 128L, -1L))
            .message(200, inner);
    MemorySegment bytes = Protos.bytes(all);
    assertThat(bytes.byteSize()).isEqualTo(all.size());
    ProtoReader in = new ProtoReader("x.onnx", bytes);
    in.next();
    assertThat(in.integer()).isEqualTo(Long.MIN_VALUE);
    in.next();
    assertThat(in.real()).isEqualTo(-0f);
    in.next();
    assertThat(in.field()).isEqualTo(4);
    assertThat(in.text()).isEmpty();
    in.next();
    LongStream.Builder list = LongStream.builder();
    in.integers(list);
    assertThat(list.build()).containsExactly(0L, 127L, 128L, -1L);
    in.next();
    assertThat(in.field()).isEqualTo(200);
    ProtoReader nested = in.message();
    nested.next();
    assertThat(nested.bytes().byteSize()).isEqualTo(300);
    assertThat(in.next()).isFalse();
  }
}
