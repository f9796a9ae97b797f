package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import dev.vitrine.vision.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Duplicates and chosen pictures of small folders, with a tiny model. */
class CurateCommandsTest {
  private static final Path DINO = Cli.TINY.resolve("dinov2");

  @TempDir Path folder;
  private Path all;

  @BeforeEach
  void write() throws IOException {
    all = Files.createDirectories(folder.resolve("all/deep")).getParent();
    for (int i = 0; i < 4; i++) {
      ImageWriter.write(pattern(i), all.resolve("p" + i + ".png"));
    }
    Files.copy(all.resolve("p1.png"), all.resolve("deep/copy of p1.png"));
  }

  private static Image pattern(int kind) {
    byte[] pixels = new byte[56 * 56];
    for (int i = 0; i < pixels.length; i++) {
      int y = i / 56;
      int x = i % 56;
      int v =
          switch (kind) {
            case 0 -> x * 4;
            case 1 -> y / 7 % 2 * 255;
            case 2 -> x / 7 % 2 * 255;
            default -> (x - 28) * (x - 28) + (y - 28) * (y - 28) < 300 ? 255 : 0;
          };
      pixels[i] = (byte) v;
    }
    return Image.grey(56, 56, pixels);
  }

  @Test
  void duplicatesAreFoundAndMovedOnlyWhenToldTo() throws IOException {
    Path page = folder.resolve("report.html");
    Object[] command = {
      "dedupe", all, "-m", DINO, "-g", "56x56", "--threshold", "0.99999", "--report", page
    };
    Cli found = Cli.run(command);
    assertThat(found.code()).as(found.err()).isZero();
    assertThat(found.out()).contains("5 pictures: 1 groups of near-duplicates, 1 pictures besides");
    assertThat(Files.readString(page)).contains("copy of p1.png");
    Path copy = all.resolve("deep/copy of p1.png");
    assertThat(copy).exists();
    Cli list =
        Cli.run("dedupe", all, "-m", DINO, "-g", "56x56", "--threshold", "0.99999", "--list");
    assertThat(list.out().strip()).isEqualTo(copy.toString());
    Path target = folder.resolve("moved");
    Cli moved =
        Cli.run(
            "dedupe",
            all,
            "-m",
            DINO,
            "-g",
            "56x56",
            "--threshold",
            "0.99999",
            "--move-to",
            target,
            "--json",
            "-");
    assertThat(moved.code()).as(moved.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(moved.out());
    assertThat(json.at("/groups/0/keep").asText()).isEqualTo(all.resolve("p1.png").toString());
    assertThat(json.at("/moved/0").asText())
        .isEqualTo(target.resolve("deep/copy of p1.png").toString());
    assertThat(copy).doesNotExist();
    assertThat(target.resolve("deep/copy of p1.png")).exists();
  }

  @Test
  void whatIsLikeTheTrustedIsChosen() throws IOException {
    Path list = folder.resolve("list.txt");
    Path sheet = folder.resolve("sheet.png");
    Cli call =
        Cli.run(
            "curate",
            "--seed-set",
            all.resolve("p0.png"),
            "--pool",
            all,
            "-k",
            3,
            "-m",
            DINO,
            "-g",
            "56x56",
            "--threshold",
            "0.99999",
            "--turns",
            "seed",
            "-o",
            list,
            "--sheet",
            sheet);
    assertThat(call.code()).as(call.err()).isZero();
    assertThat(call.err())
        .contains("chose 3 of 5 pictures like 1; 1 duplicates and 1 that are known");
    assertThat(Files.readAllLines(list))
        .hasSize(3)
        .doesNotContain(all.resolve("p0.png").toString());
    assertThat(ImageReader.read(sheet).width()).isGreaterThan(300);
  }
}
