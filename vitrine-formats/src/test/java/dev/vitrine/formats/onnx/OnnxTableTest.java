package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.Op;
import dev.vitrine.graph.op.Add;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxTableTest {
  /** The public operations of vitrine-graph. */
  private static Set<String> operations() throws IOException, URISyntaxException {
    Path root = Path.of(Add.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (var zip = Files.isDirectory(root) ? null : java.nio.file.FileSystems.newFileSystem(root);
        Stream<Path> files =
            Files.list((zip == null ? root : zip.getPath("/")).resolve("dev/vitrine/graph/op"))) {
      return files
          .map(p -> p.getFileName().toString().replace(".class", ""))
          .filter(name -> !name.contains("$"))
          .filter(OnnxTableTest::isOperation)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static boolean isOperation(String name) {
    try {
      Class<?> c = Class.forName("dev.vitrine.graph.op." + name);
      return Op.class.isAssignableFrom(c) && c.isRecord() && Modifier.isPublic(c.getModifiers());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyOperationIsReadAndWritten() throws Exception {
    Set<String> read = new TreeSet<>();
    Set<String> written = new TreeSet<>();
    OnnxTable.rows()
        .filter(r -> r.domain().isEmpty())
        .forEach(
            r -> {
              if (r.read() != null) {
                read.add(r.type());
              }
              if (r.write() != null) {
                written.add(r.kind().getSimpleName());
              }
            });
    assertThat(read).containsAll(operations());
    assertThat(written).containsAll(operations());
  }

  static List<Row> rowsWithAttributes() {
    return OnnxTable.rows().filter(r -> !r.attributes().isEmpty()).toList();
  }

  @ParameterizedTest
  @MethodSource("rowsWithAttributes")
  void attributesAreTheComponents(Row row) {
    Set<String> components =
        Arrays.stream(row.kind().getRecordComponents())
            .map(java.lang.reflect.RecordComponent::getName)
            .collect(Collectors.toSet());
    Set<String> attributes =
        row.attributes().stream()
            .filter(a -> a.kind() != Row.Kind.IGNORED)
            .map(Row.Attribute::component)
            .collect(Collectors.toSet());
    assertThat(attributes).isEqualTo(components);
  }

  @Test
  void newestRowWins() {
    assertThat(OnnxTable.reading("", "Squeeze", 12).since()).isEqualTo(1);
    assertThat(OnnxTable.reading("", "Squeeze", 13).since()).isEqualTo(13);
    assertThat(OnnxTable.reading("", "Gelu", 19)).isNull();
    assertThat(OnnxTable.reading("com.example", "Relu", 17)).isNull();
    assertThat(OnnxTable.firstWriting(dev.vitrine.graph.op.Gelu.class)).isEqualTo(20);
  }
}
