package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.FormatException;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExternalDataTest {
  @TempDir Path top;
  private Path folder;

  @BeforeEach
  void files() throws IOException {
    folder = Files.createDirectories(top.resolve("model/part"));
    byte[] data = new byte[40];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) i;
    }
    Files.write(top.resolve("secret.bin"), data);
    Files.write(folder.resolve("inner.bin"), data);
    folder = folder.getParent();
    Files.write(folder.resolve("w.bin"), data);
    Files.createSymbolicLink(folder.resolve("out.bin"), top.resolve("secret.bin"));
    Files.createSymbolicLink(folder.resolve("in.bin"), folder.resolve("w.bin"));
    Files.createSymbolicLink(folder.resolve("up"), top);
  }

  /** x + w with w, four floats, in another file. */
  private Path model(String location, String offset, String length) throws IOException {
    ProtoWriter w = new ProtoWriter().integers(1, List.of(4L)).integer(2, 1).text(8, "w");
    Map<String, String> entries = new java.util.LinkedHashMap<>();
    entries.put("location", location);
    entries.put("offset", offset);
    entries.put("length", length);
    entries.forEach(
        (k, v) -> {
          if (v != null) {
            w.message(13, new ProtoWriter().text(1, k).text(2, v));
          }
        });
    ProtoWriter graph = new ProtoWriter();
    graph.message(1, ModelWriter.node(Protos.node("Add", "x w", "y", Map.of())));
    graph.message(5, w.integer(14, 1));
    graph.message(11, new ProtoWriter().text(1, "x")).message(12, new ProtoWriter().text(1, "y"));
    ProtoWriter model =
        new ProtoWriter().message(7, graph).message(8, new ProtoWriter().integer(2, 17));
    return Files.write(
        folder.resolve("m.onnx"), Protos.bytes(model).toArray(ValueLayout.JAVA_BYTE));
  }

  private void refused(Path model, String message) {
    assertThatThrownBy(() -> OnnxSource.open(model).close())
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(model + ": tensor 'w'")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"w.bin,0", "w.bin,24", "part/inner.bin,8", "./part/../w.bin,", "in.bin,4"})
  void inside(String location, String offset) throws IOException {
    try (OnnxSource source = OnnxSource.open(model(location, offset, "16"))) {
      Graph g = source.graph(Map.of(), List.of());
      Tensor w = g.value("w").constant();
      assertThat(w.shape()).isEqualTo(Shape.of(4));
      int first = offset == null ? 0 : Integer.parseInt(offset);
      assertThat(w.data().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) first);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "../secret.bin,is not inside",
    "part/../../secret.bin,is not inside",
    "/etc/hostname,is not inside",
    "'',is not inside",
    "out.bin,is no file inside",
    "up/secret.bin,is no file inside",
    "part,is no file inside",
    "none.bin,is missing"
  })
  void outside(String location, String message) throws IOException {
    refused(model(location, "0", "16"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "25,16,which has 40",
    "9223372036854775807,16,its offset is",
    "999999999999999999,16,which has 40",
    "-1,16,its offset is '-1'",
    "0,12,is said to have 12",
    "0,x,its length is 'x'"
  })
  void wrongExtent(String offset, String length, String message) throws IOException {
    refused(model("w.bin", offset, length), message);
  }

  @Test
  void noneForModelsInMemory() throws IOException {
    Path model = model("w.bin", "0", "16");
    assertThatThrownBy(
            () ->
                OnnxReader.graph(
                    "m.onnx", java.lang.foreign.MemorySegment.ofArray(Files.readAllBytes(model))))
        .hasMessageContaining("tensor 'w' is said to be in another file");
  }
}
