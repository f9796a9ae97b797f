package dev.vitrine.vision.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.vision.image.ImageException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
  @TempDir Path folder;

  private static final List<Path> ONE = List.of(Path.of("photos/cat.v2.jpg"));
  private static final List<Path> SEVERAL =
      List.of(Path.of("a/cat.jpg"), Path.of("b/cat.png"), Path.of("dog"));

  @Test
  void one() {
    assertThat(OutputFiles.of(ONE, null, "pca"))
        .isEqualTo(new OutputFiles(List.of(Path.of("cat.v2.pca.png")), null));
    Path named = folder.resolve("x.jpg");
    assertThat(OutputFiles.of(ONE, named, "pca")).isEqualTo(new OutputFiles(List.of(named), null));
    assertThat(OutputFiles.of(ONE, folder, "pca").files())
        .containsExactly(folder.resolve("cat.v2.pca.png"));
  }

  @Test
  void several() {
    Path sheet = folder.resolve("all.png");
    for (Path out : new Path[] {sheet, folder, null}) {
      OutputFiles files = OutputFiles.of(SEVERAL, out, "pca");
      Path base = out == null ? Path.of("") : folder;
      assertThat(files.files())
          .containsExactly(
              base.resolve("cat.pca.png"),
              base.resolve("cat-2.pca.png"),
              base.resolve("dog.pca.png"));
      assertThat(files.sheet()).isEqualTo(out == sheet ? sheet : base.resolve("pca.png"));
      assertThat(files.all()).hasSize(4);
    }
  }

  @Test
  void whatCantBeWritten() {
    assertThatThrownBy(() -> OutputFiles.of(ONE, Path.of("x.gif"), "pca"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("ending");
    assertThatThrownBy(() -> OutputFiles.of(ONE, folder.resolve("no/x.png"), "pca"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("folder does not exist");
  }
}
