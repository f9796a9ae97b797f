package dev.vitrine.engine.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Session;
import dev.vitrine.formats.ModelFiles;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder of what was packed before. Damage to a model's weights shows who reads them. */
class PackCacheTest {
  private static final Path TINY =
      Path.of(System.getProperty("vitrine.root"), "testdata", "tiny", "dinov2");
  private static final Shape SIZE = Shape.of(1, 3, 56, 56);

  @TempDir Path folder;
  private Path model;
  private PackCache cache;

  @BeforeEach
  void copy() throws IOException {
    model = Files.createDirectory(folder.resolve("tiny"));
    Files.copy(TINY.resolve("config.json"), model.resolve("config.json"));
    Files.copy(TINY.resolve("model.safetensors"), weights());
    cache = new PackCache(folder.resolve("packed"), "build 1");
  }

  private Path weights() {
    return model.resolve("model.safetensors");
  }

  private static Map<String, Tensor> run(Path path, PackCache cache, String... outputs) {
    Options options = Options.defaults().threads(1).outputs(outputs);
    try (Model m = Model.open(path, cache);
        Session session = m.session(SIZE, options)) {
      assertThat(m.info().name()).isIn("tiny", "model");
      assertThat(m.outputs()).contains("cls", "patch", "prenorm", "hidden.K");
      assertThat(m.defaultOutputs()).containsExactly("cls", "patch");
      return session.run(Map.of("input", Tensor.zeros(DType.F32, SIZE)));
    }
  }

  /** Makes the weights unreadable, with the size and time that they had. */
  private void damage() throws IOException {
    FileTime time = Files.getLastModifiedTime(weights());
    Files.write(weights(), new byte[(int) Files.size(weights())]);
    Files.setLastModifiedTime(weights(), time);
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("packed"))) {
      return files.toList();
    }
  }

  @Test
  void keepsWhatWasPackedForEachUse() throws IOException {
    Map<String, Tensor> first = run(model, cache);
    Map<String, Tensor> other = run(model, cache, "patch");
    assertThat(kept()).hasSize(2);
    damage();
    Map<String, Tensor> again = run(model, cache);
    assertThat(again.keySet()).isEqualTo(first.keySet());
    again.forEach((name, t) -> assertThat(t.sameAs(first.get(name))).as(name).isTrue());
    assertThat(run(model, cache, "patch").get("patch").sameAs(other.get("patch"))).isTrue();
    assertThatThrownBy(() -> run(model, cache, "cls")).isInstanceOf(VitrineException.class);
  }

  @Test
  void doesNotUseWhatIsOld() throws IOException {
    run(model, cache);
    damage();
    PackCache newer = new PackCache(folder.resolve("packed"), "build 2");
    assertThatThrownBy(() -> run(model, newer)).isInstanceOf(VitrineException.class);
    Files.setLastModifiedTime(weights(), FileTime.fromMillis(1_000_000_000_000L));
    assertThatThrownBy(() -> run(model, cache)).isInstanceOf(VitrineException.class);
  }

  @Test
  void packsAnewWhatIsDamaged() throws IOException {
    Map<String, Tensor> first = run(weights(), cache);
    Path file = kept().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThat(run(weights(), cache).get("cls").sameAs(first.get("cls"))).isTrue();
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void packedFilesOpenByAnyName() {
    Path packed = folder.resolve("compiled.axmodel");
    ModelSource plain = ModelFiles.open(model);
    ModelInfo i = plain.info();
    ModelInfo licensed =
        new ModelInfo(
            i.name(),
            i.family(),
            i.architecture(),
            i.task(),
            i.parameters(),
            i.weights(),
            "Apache-2.0",
            i.preprocessing(),
            i.labels());
    ModelSource source =
        (ModelSource)
            Proxy.newProxyInstance(
                ModelSource.class.getClassLoader(),
                new Class<?>[] {ModelSource.class},
                (_, m, args) -> m.getName().equals("info") ? licensed : m.invoke(plain, args));
    try (Model m = Model.of(source)) {
      m.pack(packed, List.of(Map.of("input", SIZE)), Options.defaults().threads(1));
    }
    try (Model m = Model.open(packed, cache)) {
      assertThat(m.outputs()).containsExactly("cls", "patch");
      assertThat(m.info().licence()).isEqualTo("Apache-2.0");
    }
  }

  @Test
  void needsNoFolder() throws IOException {
    Path taken = Files.createFile(folder.resolve("file"));
    Map<String, Tensor> outputs = run(model, new PackCache(taken, "build 1"));
    assertThat(outputs).containsOnlyKeys("cls", "patch");
    assertThat(Files.size(taken)).isZero();
  }
}
