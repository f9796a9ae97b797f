package dev.vitrine.formats.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.Checkpoint;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.Fuzz;
import dev.vitrine.formats.safetensors.Safetensors;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchCheckpointTest {
  private static final Path DATA = Path.of(System.getProperty("vitrine.root"), "testdata");

  @ParameterizedTest
  @ValueSource(strings = {"state.pth", "state.legacy.pth", "training.pth", "training.legacy.pth"})
  void everyKindOfTensor(String name) {
    try (Checkpoint c = TorchCheckpoint.read(DATA.resolve("torch").resolve(name))) {
      Map<String, Tensor> t = c.tensors();
      Map<String, DType> types =
          Map.of(
              "float64",
              DType.F64,
              "float32",
              DType.F32,
              "float16",
              DType.F16,
              "bfloat16",
              DType.BF16,
              "int64",
              DType.I64,
              "int32",
              DType.I32,
              "int16",
              DType.I16,
              "int8",
              DType.I8,
              "uint8",
              DType.U8);
      types.forEach(
          (key, dtype) -> {
            assertThat(t.get(key).dtype()).as(key).isEqualTo(dtype);
            assertThat(t.get(key).shape()).as(key).isEqualTo(Shape.of(2, 3));
            assertThat(t.get(key).toFloats()).as(key).containsExactly(0, 1, 2, 3, 4, 5);
          });
      assertThat(t.get("bool").dtype()).isEqualTo(DType.BOOL);
      assertThat(t.get("bool").toLongs()).containsExactly(0, 1, 0, 1, 0, 1);
      assertThat(t.get("rows").toFloats())
          .containsExactly(6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
      assertThat(t.get("rows").data().address() - t.get("shared").data().address()).isEqualTo(24);
      assertThat(t.get("transposed").shape()).isEqualTo(Shape.of(6, 4));
      assertThat(t.get("transposed").toFloats()).startsWith(0, 6, 12, 18, 1, 7);
      assertThat(t.get("columns").toFloats()).containsExactly(1, 3, 7, 9, 13, 15, 19, 21);
      assertThat(t.get("scalar").shape()).isEqualTo(Shape.SCALAR);
      assertThat(t.get("scalar").real(0)).isEqualTo(7);
      assertThat(t.get("empty").shape()).isEqualTo(Shape.of(0, 3));
      assertThat(t.get("parameter").toFloats()).containsExactly(12, 13, 14, 15, 16, 17);
      assertThat(t).hasSize(17);
    }
  }

  @Test
  void unsignedTypes() {
    try (Checkpoint c = TorchCheckpoint.read(DATA.resolve("torch/unsigned.pth"))) {
      c.tensors()
          .forEach((k, t) -> assertThat(t.toLongs()).as(k).containsExactly(0, 1, 2, 3, 4, 5));
      assertThat(c.tensors().values().stream().map(Tensor::dtype))
          .containsExactly(DType.U16, DType.U32, DType.U64);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "module.pth | refers to torch.nn.modules.linear.Linear, which is not allowed; nothing was executed",
        "script.pth | is a TorchScript program",
        "expanded.pth | tensor 'a' is damaged: it repeats elements",
        "make.py | is no PyTorch checkpoint",
      })
  void faults(String name, String message) {
    Path file = DATA.resolve("torch").resolve(name);
    assertThatThrownBy(() -> TorchCheckpoint.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "cposix|system|(S'ls'|tR.#refers to posix.system, which is not allowed; nothing was executed",
        "}.#holds no weights by name (its entries: )",
        "(I1|l.#holds no weights by name;",
        "}S'a'|ctorch._utils|_rebuild_tensor_v2|((S'storage'|ctorch|FloatStorage|S'0'|S'cpu'|I4|tQI0|(I2|I2|t(I2|I1|tI00|NtRs.#OK",
        "}S'a'|ctorch._utils|_rebuild_tensor_v2|((S'storage'|ctorch|FloatStorage|S'0'|S'cpu'|I4|tQI1|(I2|I2|t(I2|I1|tI00|NtRs.#tensor 'a' is damaged: its storage holds 4 elements",
        "}S'a'|ctorch._utils|_rebuild_tensor_v2|((S'storage'|ctorch|FloatStorage|S'0'|S'cpu'|I4|tQI0|(I4611686018427387904|I4|t(I0|I0|tI00|NtRs.#tensor 'a' is damaged",
        "}S'a'|ctorch._utils|_rebuild_tensor_v2|((S'storage'|ctorch|FloatStorage|S'0'|S'cpu'|I4|tQI0|(I2|t(I-1|tI00|NtRs.#arguments that don't suit",
        "}S'a'|ctorch._utils|_rebuild_tensor_v2|((S'storage'|ctorch|FloatStorage|S'7'|S'cpu'|I4|tQI0|(I2|t(I1|tI00|NtRs.#the storage of tensor 'a' is missing",
        "}S'a'|ctorch._utils|_rebuild_tensor_v2|((S'storage'|I1|S'7'|S'cpu'|I4|tQI0|(I2|t(I1|tI00|NtRs.#refers to a storage in an unknown way",
      })
  void picklesInAnArchive(String pickle, String message) {
    byte[] bytes = pickle.replace('|', '\n').getBytes(StandardCharsets.ISO_8859_1);
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("archive/data.pkl", bytes);
    entries.put("archive/data/0", new byte[16]);
    for (boolean wide : List.of(false, true)) {
      MemorySegment file = MemorySegment.ofArray(TestZip.of(entries, 0, wide));
      if (message.equals("OK")) {
        assertThat(TorchCheckpoint.read(file, "x.pth")).containsOnlyKeys("a");
      } else {
        assertThatThrownBy(() -> TorchCheckpoint.read(file, "x.pth"))
            .isInstanceOf(FormatException.class)
            .hasMessageStartingWith("x.pth: ")
            .hasMessageContaining(message);
      }
    }
  }

  @Test
  void compressedEntry() {
    byte[] zip = TestZip.of(Map.of("archive/data.pkl", new byte[] {'}', '.'}), 8, false);
    assertThatThrownBy(() -> TorchCheckpoint.read(MemorySegment.ofArray(zip), "x.pth"))
        .hasMessageContaining("'archive/data.pkl' is compressed");
  }

  @Test
  void bothFormatsOfTheTinyModelAgreeWithItsSafetensors() {
    Path swin = DATA.resolve("tiny/swin");
    Path tiny = DATA.resolve("tiny/dinov2");
    try (Checkpoint zip = TorchCheckpoint.read(tiny.resolve("model.pth"));
        Checkpoint legacy = TorchCheckpoint.read(tiny.resolve("model.legacy.pth"));
        Checkpoint wrapped = TorchCheckpoint.read(tiny.resolve("model.wrapped.pth"));
        Checkpoint other = TorchCheckpoint.read(swin.resolve("model.pth"));
        Checkpoint safe = Safetensors.read(swin.resolve("model.safetensors"))) {
      assertThat(legacy.tensors().keySet()).isEqualTo(zip.tensors().keySet());
      zip.tensors()
          .forEach(
              (name, t) -> {
                assertThat(legacy.tensors().get(name).sameAs(t)).as(name).isTrue();
                assertThat(wrapped.tensors().get(name).sameAs(t)).as(name).isTrue();
              });
      String same = "swin.embeddings.patch_embeddings.projection.weight";
      assertThat(other.tensors().get(same).sameAs(safe.tensors().get(same))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"state.pth", "state.legacy.pth"})
  void damagedFiles(String name) throws Exception {
    byte[] good = Files.readAllBytes(DATA.resolve("torch").resolve(name));
    Fuzz.run(good, good.length, 5000, s -> TorchCheckpoint.read(s, "x.pth"));
  }
}
