package dev.vitrine.features.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingFileTest {
  private static final List<String> NAMES = List.of("a.jpg", "b, \"c\".png", "ü/d.png");
  private static final float[] VALUES = {1, -2.5f, 1e-30f, 3.4028235e38f, 0.1f, -0f};

  @TempDir Path folder;

  private static ByteBuffer row(float[] values, int row, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < length; i++) {
      bytes.putFloat(values[row * length + i]);
    }
    return bytes.flip();
  }

  @Test
  void whatIsWrittenReadsBack() {
    for (EmbeddingFile kind : EmbeddingFile.values()) {
      Path file = folder.resolve("x." + kind.name().toLowerCase(java.util.Locale.ROOT));
      assertThat(EmbeddingFile.of(file)).isSameAs(kind);
      kind.write(file, NAMES, Shape.of(2), i -> row(VALUES, i, 2), Map.of("model", "m"));
      Embeddings read = EmbeddingFile.read(file);
      assertThat(read.names()).as("%s", kind).isEqualTo(NAMES);
      assertThat(read.named()).isTrue();
      assertThat(read.vectors().sameAs(Tensor.f32(Shape.of(3, 2), VALUES))).as("%s", kind).isTrue();
      assertThat(read.row(1)).containsExactly(1e-30f, 3.4028235e38f);
    }
    assertThat(folder.resolve("x.txt")).hasContent("a.jpg\nb, \"c\".png\nü/d.png\n");
  }

  @Test
  void patches() throws Exception {
    float[] values = new float[24];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    List<String> names = List.of("a", "b");
    for (EmbeddingFile kind : List.of(EmbeddingFile.NPY, EmbeddingFile.SAFETENSORS)) {
      Path file = folder.resolve("p." + kind.name().toLowerCase(java.util.Locale.ROOT));
      kind.write(file, names, Shape.of(2, 3, 2), i -> row(values, i, 12), Map.of());
      Embeddings read = EmbeddingFile.read(file);
      assertThat(read.vectors().shape()).isEqualTo(Shape.of(2, 2, 3, 2));
      assertThat(read.matrix().shape()).isEqualTo(Shape.of(2, 12));
      assertThat(read.row(1)[0]).isEqualTo(12);
    }
    Path csv = folder.resolve("p.csv");
    EmbeddingFile.CSV.write(csv, names, Shape.of(2, 3, 2), i -> row(values, i, 12), Map.of());
    assertThat(Files.readAllLines(csv))
        .hasSize(13)
        .startsWith("file,row,column,0,1", "a,0,0,0.0,1.0", "a,0,1,2.0,3.0")
        .endsWith("b,1,2,22.0,23.0");
  }

  @Test
  void withoutNames() {
    Path file = folder.resolve("y.npy");
    Npy.write(file, Tensor.f32(Shape.of(2, 1), 3, 4));
    assertThat(EmbeddingFile.read(file).names()).containsExactly("row 0", "row 1");
    assertThat(EmbeddingFile.read(file).named()).isFalse();
  }

  @Test
  void badFiles() throws Exception {
    Npy.write(folder.resolve("flat.npy"), Tensor.f32(Shape.of(2), 3, 4));
    Npy.write(folder.resolve("ints.npy"), Tensor.ints(3, 4).reshape(Shape.of(2, 1)));
    Npy.write(folder.resolve("z.npy"), Tensor.f32(Shape.of(2, 1), 3, 4));
    Files.writeString(folder.resolve("z.txt"), "only one\n");
    Files.writeString(folder.resolve("a.csv"), "file,0,1\nx,1,2\ny,3\n");
    Files.writeString(folder.resolve("b.csv"), "file,0,1\n\"x,1,2\n");
    Files.writeString(folder.resolve("c.csv"), "file,0,1\nx,1,two\n");
    Files.writeString(folder.resolve("d.csv"), "x,1,2\n");
    Files.writeString(folder.resolve("e.csv"), "file,0\n");
    Map<String, String> faults =
        Map.of(
            "flat.npy", "holds f32[2]",
            "ints.npy", "holds i64[2, 1]",
            "z.npy", "has 1 names for 2 rows",
            "a.csv", "line 3 has 1 numbers, others 2",
            "b.csv", "line 2 is damaged",
            "c.csv", "line 2 is damaged",
            "d.csv", "is no table",
            "e.csv", "holds no vectors",
            "none.csv", "no such file",
            "x.bin", "features are kept as .npy");
    faults.forEach(
        (name, fault) ->
            assertThatThrownBy(() -> EmbeddingFile.read(folder.resolve(name)))
                .as(name)
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(fault));
  }
}
