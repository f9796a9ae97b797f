package dev.vitrine.vision.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
  @TempDir Path folder;

  @Test
  void imagenet() {
    List<String> small = Labels.standard(1000);
    assertThat(small).hasSize(1000).doesNotContain("");
    assertThat(small.get(0)).isEqualTo("tench, Tinca tinca");
    assertThat(small.get(285)).startsWith("Egyptian cat");
    assertThat(small.get(999)).startsWith("toilet tissue");
    List<String> large = Labels.standard(21841);
    assertThat(large).hasSize(21841).doesNotContain("");
    assertThat(large.get(0)).isEqualTo("organism");
    assertThat(Labels.standard(3)).containsExactly("class 0", "class 1", "class 2");
  }

  @Test
  void publishedPalettes() {
    assertThat(Palette.cityscapes().size()).isEqualTo(19);
    assertThat(Palette.cityscapes().names().get(13)).isEqualTo("car");
    assertThat(Palette.cityscapes().colours().get(13)).isEqualTo(0x00008e);
    assertThat(Palette.ade20k().size()).isEqualTo(150);
    assertThat(Palette.ade20k().names().get(64)).isEqualTo("coffee table");
    assertThat(Palette.standard(150)).isEqualTo(Palette.named("ADE20K"));
  }

  @Test
  void generatedColoursDiffer() {
    Palette made = Palette.generated(256);
    assertThat(new HashSet<>(made.colours())).hasSizeGreaterThan(250);
    assertThat(made.names().get(255)).isEqualTo("class 255");
    Palette longer = Palette.cityscapes().atLeast(21);
    assertThat(longer.size()).isEqualTo(21);
    assertThat(longer.names()).endsWith("bicycle", "class 19", "class 20");
    assertThat(longer.withNames(List.of("street")).names()).startsWith("street", "sidewalk");
  }

  @Test
  void paletteFiles() throws IOException {
    Path file = folder.resolve("p.txt");
    Files.writeString(file, "#ff8000 orange thing\n\n10 20 30 dark\n1,2,3\n");
    Palette read = Palette.named(file.toString());
    assertThat(read.names()).containsExactly("orange thing", "dark", "class 2");
    assertThat(read.colours()).containsExactly(0xff8000, 0x0a141e, 0x010203);
    for (String bad :
        new String[] {"", "red", "#12345 short", "1 2 name", "256 0 0 x", "#1234567890"}) {
      Files.writeString(file, bad);
      assertThatThrownBy(() -> Palette.read(file))
          .as(bad)
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith(file + ": ");
    }
    assertThatThrownBy(() -> Palette.named("nothing")).hasMessageContaining("ade20k");
  }

  @Test
  void labelFiles() throws IOException {
    Path file = folder.resolve("l");
    for (String same :
        new String[] {
          "ant\n bee \n",
          "[\"ant\", \"bee\"]",
          "{\"1\": \"bee\", \"0\": \"ant\"}",
          "{\"model_type\": \"swin\", \"id2label\": {\"0\": \"ant\", \"1\": \"bee\"}}"
        }) {
      Files.writeString(file, same);
      assertThat(Labels.read(file)).as(same).containsExactly("ant", "bee");
    }
    for (String bad : new String[] {"[1, 2]", "{\"0\": \"ant\", \"2\": \"bee\"}", "[\"ant\""}) {
      Files.writeString(file, bad);
      assertThatThrownBy(() -> Labels.read(file)).as(bad).isInstanceOf(FormatException.class);
    }
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertThatThrownBy(() -> Labels.read(file)).hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> Labels.read(folder)).hasMessageContaining("folder");
    assertThatThrownBy(() -> Labels.read(folder.resolve("x"))).hasMessageContaining("no such file");
  }
}
