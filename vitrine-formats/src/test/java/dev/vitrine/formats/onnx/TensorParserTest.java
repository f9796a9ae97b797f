package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.UnsupportedException;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TensorParserTest {
  private static final long HALF = 0x3800;

  record Case(
      String name,
      ElementType type,
      List<Long> dims,
      UnaryOperator<ProtoWriter> data,
      Object expected) {
    @Override
    public String toString() {
      return name;
    }

    Tensor parse() {
      ProtoWriter out = new ProtoWriter().integers(1, dims).integer(2, type.ordinal()).text(8, "t");
      return OnnxReader.tensor("x.pb", Protos.bytes(data.apply(out)));
    }
  }

  private static MemorySegment bytes(int... values) {
    byte[] b = new byte[values.length];
    for (int i = 0; i < b.length; i++) {
      b[i] = (byte) values[i];
    }
    return MemorySegment.ofArray(b);
  }

  static Stream<Case> data() {
    List<Long> two = List.of(2L);
    return Stream.of(
        new Case(
            "raw float",
            ElementType.FLOAT,
            two,
            w -> w.bytes(9, bytes(0, 0, 128, 63, 0, 0, 0, 64)),
            List.of(1.0, 2.0)),
        new Case(
            "packed floats",
            ElementType.FLOAT,
            two,
            w -> w.bytes(4, bytes(0, 0, 128, 63, 0, 0, 0, 64)),
            List.of(1.0, 2.0)),
        new Case(
            "single floats",
            ElementType.FLOAT,
            two,
            w -> w.real(4, 1).real(4, 2),
            List.of(1.0, 2.0)),
        new Case(
            "doubles",
            ElementType.DOUBLE,
            List.of(1L),
            w -> w.bytes(10, bytes(0, 0, 0, 0, 0, 0, 240, 63)),
            List.of(1.0)),
        new Case(
            "int32",
            ElementType.INT32,
            two,
            w -> w.integers(5, List.of(-1L, 7L)),
            List.of(-1.0, 7.0)),
        new Case(
            "single int64s",
            ElementType.INT64,
            two,
            w -> w.integer(7, -1).integer(7, 7),
            List.of(-1.0, 7.0)),
        new Case(
            "int8 in int32_data",
            ElementType.INT8,
            two,
            w -> w.integers(5, List.of(-128L, 127L)),
            List.of(-128.0, 127.0)),
        new Case(
            "uint8",
            ElementType.UINT8,
            two,
            w -> w.integers(5, List.of(0L, 255L)),
            List.of(0.0, 255.0)),
        new Case(
            "bool", ElementType.BOOL, two, w -> w.integers(5, List.of(0L, 1L)), List.of(0.0, 1.0)),
        new Case(
            "float16 by its bits",
            ElementType.FLOAT16,
            two,
            w -> w.integers(5, List.of(HALF, 0xb800L)),
            List.of(0.5, -0.5)),
        new Case(
            "bfloat16 by its bits",
            ElementType.BFLOAT16,
            two,
            w -> w.integers(5, List.of(0x3f00L, 0xbf00L)),
            List.of(0.5, -0.5)),
        new Case(
            "uint64",
            ElementType.UINT64,
            two,
            w -> w.integers(11, List.of(1L, -1L)),
            List.of(1.0, 0x1p64)),
        new Case(
            "uint32",
            ElementType.UINT32,
            two,
            w -> w.integers(11, List.of(1L, 0xffffffffL)),
            List.of(1.0, 4294967295.0)),
        new Case(
            "float8 by its bits",
            ElementType.FLOAT8E4M3FN,
            two,
            w -> w.integers(5, List.of(0x38L, 0xfeL)),
            List.of(1.0, -448.0)),
        new Case(
            "raw float8",
            ElementType.FLOAT8E5M2FNUZ,
            two,
            w -> w.bytes(9, bytes(0x40, 0xff)),
            List.of(1.0, -57344.0)),
        new Case(
            "packed int4",
            ElementType.INT4,
            List.of(3L),
            w -> w.bytes(9, bytes(0xf7, 0x08)),
            List.of(7.0, -1.0, -8.0)),
        new Case(
            "uint4 in int32_data",
            ElementType.UINT4,
            List.of(3L),
            w -> w.integers(5, List.of(0xf7L, 8L)),
            List.of(7.0, 15.0, 8.0)),
        new Case(
            "packed int2",
            ElementType.INT2,
            List.of(5L),
            w -> w.bytes(9, bytes(0b11100100, 0b10)),
            List.of(0.0, 1.0, -2.0, -1.0, -2.0)),
        new Case(
            "packed float4",
            ElementType.FLOAT4E2M1,
            List.of(3L),
            w -> w.bytes(9, bytes(0xf2, 0x01)),
            List.of(1.0, -6.0, 0.5)),
        new Case("scalar", ElementType.INT64, List.of(), w -> w.integer(7, 3), List.of(3.0)),
        new Case("empty without a field", ElementType.FLOAT, List.of(0L), w -> w, List.of()),
        new Case(
            "empty raw", ElementType.FLOAT, List.of(0L, 3L), w -> w.bytes(9, bytes()), List.of()));
  }

  @ParameterizedTest
  @MethodSource
  void data(Case c) {
    Tensor t = c.parse();
    assertThat(t.dtype()).isEqualTo(c.type().dtype());
    assertThat(t.shape().dims()).hasSize(c.dims().size());
    List<Double> actual = new java.util.ArrayList<>();
    for (int i = 0; i < t.count(); i++) {
      actual.add(t.real(i));
    }
    assertThat(actual).isEqualTo(c.expected());
  }

  static Stream<Case> damaged() {
    List<Long> two = List.of(2L);
    return Stream.of(
        new Case(
            "too little",
            ElementType.FLOAT,
            two,
            w -> w.bytes(9, bytes(0, 0, 0, 0)),
            "needs 8 bytes for f32[2] but has 4"),
        new Case(
            "too much",
            ElementType.UINT8,
            two,
            w -> w.bytes(9, bytes(0, 0, 0)),
            "needs 2 bytes for u8[2] but has 3"),
        new Case(
            "too few integers",
            ElementType.INT64,
            two,
            w -> w.integer(7, 0),
            "has 1 integers in place of i64[2]"),
        new Case(
            "wrong field",
            ElementType.FLOAT,
            two,
            w -> w.integers(5, List.of(1L, 2L)),
            "has 2 integers in place of f32[2]"),
        new Case(
            "negative size",
            ElementType.FLOAT,
            List.of(-1L),
            w -> w.bytes(9, bytes()),
            "sizes that make no sense"),
        new Case(
            "overflow",
            ElementType.FLOAT,
            List.of(1L << 40, 1L << 40),
            w -> w.bytes(9, bytes()),
            "sizes that make no sense"),
        new Case(
            "bytes overflow",
            ElementType.DOUBLE,
            List.of(1L << 61),
            w -> w.bytes(9, bytes()),
            "sizes that make no sense"),
        new Case("huge and empty", ElementType.FLOAT, List.of(1L << 60), w -> w, "but has 0"),
        new Case("no type", ElementType.UNDEFINED, two, w -> w, "unknown element type 0"),
        new Case(
            "unknown type",
            ElementType.FLOAT,
            two,
            w -> w.integer(2, 99),
            "unknown element type 99"),
        new Case(
            "string",
            ElementType.STRING,
            two,
            w -> w.entry(6, "a").entry(6, "b"),
            "elements of type string"),
        new Case(
            "complex",
            ElementType.COMPLEX64,
            two,
            w -> w.bytes(9, bytes(0, 0)),
            "elements of type complex64"),
        new Case(
            "unpacked",
            ElementType.INT4,
            two,
            w -> w.bytes(9, bytes(0, 0)),
            "needs 1 bytes for i4[2] but has 2"),
        new Case(
            "unpacked integers",
            ElementType.UINT2,
            two,
            w -> w.integers(5, List.of(1L, 1L)),
            "has 2 integers in place of u2[2]"));
  }

  @ParameterizedTest
  @MethodSource
  void damaged(Case c) {
    assertThatThrownBy(c::parse)
        .isInstanceOfAny(FormatException.class, UnsupportedException.class)
        .hasMessageStartingWith("x.pb: tensor 't' ")
        .hasMessageContaining((String) c.expected());
  }

  @org.junit.jupiter.api.Test
  void typesHaveOnnxNumbers() {
    assertThat(ElementType.of(1).dtype()).isEqualTo(DType.F32);
    assertThat(ElementType.of(16).dtype()).isEqualTo(DType.BF16);
    assertThat(ElementType.of(26)).isEqualTo(ElementType.INT2);
    assertThat(ElementType.of(27)).isNull();
    for (DType t : DType.values()) {
      assertThat(ElementType.of(t).dtype()).isEqualTo(t);
    }
  }
}
