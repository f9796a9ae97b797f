package dev.vitrine.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.Checkpoint;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.Fuzz;
import dev.vitrine.formats.UnsupportedException;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafetensorsTest {
  private static final Path TINY = Path.of(System.getProperty("vitrine.root"), "testdata/tiny");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dinov2/model.safetensors",
        "dinov2/model.f16.safetensors",
        "dinov2/model.bf16.safetensors",
        "swin/model.safetensors"
      })
  void writesTheBytesThatTheReferenceWrites(String name) {
    Path copy = folder.resolve("copy.safetensors");
    try (Checkpoint c = Safetensors.read(TINY.resolve(name))) {
      Safetensors.write(copy, c.tensors(), c.metadata());
    }
    assertThat(copy).hasSameBinaryContentAs(TINY.resolve(name));
  }

  @Test
  void smallTypesAreRefused() {
    Path file = folder.resolve("a.safetensors");
    assertThatThrownBy(
            () -> Safetensors.write(file, Map.of("w", Tensor.scalar(DType.I4, 1)), Map.of()))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage(file + ": tensor 'w' can't be written as i4; cast it to f32");
    assertThat(file).doesNotExist();
  }

  @Test
  void everyTypeAndMetadata() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (DType t : SafetensorsHeader.TYPES) {
      tensors.put("t." + t.text(), Tensor.zeros(t, Shape.of(2, 0, 3)));
      tensors.put("s." + t.text(), Tensor.scalar(t, 1));
    }
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, tensors, Map.of("licence", "Apache-2.0", "ä\"\n", "ü"));
    try (Checkpoint c = Safetensors.read(file)) {
      assertThat(c.metadata()).isEqualTo(Map.of("licence", "Apache-2.0", "ä\"\n", "ü"));
      assertThat(c.tensors()).hasSameSizeAs(tensors);
      tensors.forEach((name, t) -> assertThat(c.tensors().get(name).sameAs(t)).as(name).isTrue());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}#'b' overlaps another",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}#'a' leaves a gap",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}#4 bytes after the last tensor",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}#has the offsets 0 to 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]}}#has the offsets 8 to 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}#ends inside tensor 'a' (needs 16 bytes at 63, the file has 71)",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}#shape too large",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}#bad shape or offset",
        "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}#F8_E4M3, which are not supported",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}#the name 'a' is there twice",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}#needs dtype, shape",
        "{\"a\":[]}#'a' is not as it should be",
        "[]#'header' is not as it should be",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}#the header is damaged",
      })
  void faults(String header, String message) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(16 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(text.length).put(text);
    assertThatThrownBy(() -> Safetensors.read(MemorySegment.ofArray(file.array()), "x.safetensors"))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("x.safetensors: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "2305843009213693952, a header of 2305843009213693952",
    "-1, a header of",
    "99, ends inside its header"
  })
  void hugeHeaders(long length, String message) {
    ByteBuffer file = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    assertThatThrownBy(() -> Safetensors.read(MemorySegment.ofArray(file.array()), "x"))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void nothingIsLeftBehindWhenATensorFails() {
    Path file = folder.resolve("a.safetensors");
    Tensor t = Tensor.scalar(1f);
    assertThatThrownBy(
            () ->
                Safetensors.write(
                    file,
                    Map.of("a", t.type()),
                    _ -> {
                      throw new FormatException("cut");
                    },
                    Map.of()))
        .hasMessage("cut");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void damagedFiles() throws Exception {
    Path file = folder.resolve("a.safetensors");
    Tensor t = Tensor.f32(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    Safetensors.write(file, Map.of("a", t, "b", t, "c", Tensor.ints(1, 2)), Map.of("k", "v"));
    byte[] good = Files.readAllBytes(file);
    Fuzz.run(good, 220, 5000, s -> Safetensors.read(s, "x.safetensors"));
  }
}
