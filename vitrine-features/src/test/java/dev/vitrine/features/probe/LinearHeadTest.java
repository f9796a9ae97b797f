package dev.vitrine.features.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.safetensors.Safetensors;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinearHeadTest {
  private static final Tensor WEIGHT = Tensor.f32(Shape.of(2, 3), 1, 2, 3, -1, 0.5f, 0);
  private static final Tensor BIAS = Tensor.f32(Shape.of(2), 0.25f, -4);

  @TempDir Path folder;

  @Test
  void comesBack() {
    Path file = folder.resolve("head.safetensors");
    var head = new LinearHead(WEIGHT, BIAS, List.of("a \"b\"", "ü"), Map.of("features", "cls"));
    head.write(file);
    LinearHead back = LinearHead.read(file);
    assertThat(back.weight().toFloats()).containsExactly(WEIGHT.toFloats());
    assertThat(back.bias().toFloats()).containsExactly(BIAS.toFloats());
    assertThat(back.classes()).isEqualTo(head.classes());
    assertThat(back.about()).isEqualTo(head.about());
    assertThat(back.scores(new float[] {1, 1, 1, 0, 2, 0})).containsExactly(6.25, -4.5, 4.25, -3);
  }

  @Test
  void withoutNamesTheClassesAreNumbered() {
    Path file = folder.resolve("plain.safetensors");
    Safetensors.write(file, Map.of("weight", WEIGHT, "bias", BIAS), Map.of());
    assertThat(LinearHead.read(file).classes()).containsExactly("class 0", "class 1");
  }

  @Test
  void faults() {
    Path file = folder.resolve("bad.safetensors");
    Safetensors.write(file, Map.of("bias", BIAS), Map.of());
    fails(file, "'weight' should be");
    Safetensors.write(file, Map.of("weight", WEIGHT), Map.of());
    fails(file, "'bias' should be f32[2]");
    Safetensors.write(file, Map.of("weight", WEIGHT, "bias", WEIGHT), Map.of());
    fails(file, "'bias' should be f32[2]");
    Safetensors.write(file, Map.of("weight", WEIGHT, "bias", BIAS), Map.of("labels", "[\"a\"]"));
    fails(file, "names 1 classes for 2");
    Safetensors.write(file, Map.of("weight", WEIGHT, "bias", BIAS), Map.of("labels", "[[1], 2]"));
    fails(file, "names 2 classes for 2");
    fails(folder.resolve("none.safetensors"), "no such file");
  }

  private static void fails(Path file, String message) {
    assertThatThrownBy(() -> LinearHead.read(file))
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }
}
