package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.vision.image.ImageReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that turn many pictures into vectors and use them, with a tiny model. */
class FeatureCommandsTest {
  private static final Path EXAMPLES = Cli.ROOT.resolve("examples");
  private static final Path CAT = EXAMPLES.resolve("chelsea.png");
  private static final Path MODEL = Cli.TINY.resolve("dinov2");
  private static final Path SET = Cli.ROOT.resolve("testdata/revisited");

  @TempDir Path folder;

  private static JsonNode json(Cli call) throws Exception {
    return new ObjectMapper().readTree(call.out());
  }

  @Test
  void embed() throws Exception {
    Path file = folder.resolve("f.npy");
    Object[] command = {
      "embed", CAT, EXAMPLES, "-m", MODEL, "-g", "28x28", "-o", file, "--output", "cls-mean", "--l2"
    };
    Cli call = Cli.run(command);
    assertThat(call.code()).as(call.err()).isZero();
    assertThat(call.out()).contains(" pictures → 128, ").contains("wrote " + file);
    assertThat(Files.readAllLines(folder.resolve("f.txt"))).startsWith(CAT.toString()).hasSize(6);
    Path bad = Files.writeString(folder.resolve("bad.jpg"), "rubbish");
    call =
        Cli.run(
            "embed",
            bad,
            CAT,
            "-m",
            MODEL,
            "-g",
            "28x28",
            "-o",
            folder.resolve("f.csv"),
            "--json",
            "-");
    assertThat(call.code()).isEqualTo(Main.CHECK_FAILED);
    assertThat(call.err()).startsWith("vitrine: skipped " + bad).hasLineCount(1);
    assertThat(json(call).at("/skipped").asInt()).isEqualTo(1);
    assertThat(json(call).at("/pictures").asInt()).isEqualTo(1);
    assertThat(Files.readAllLines(folder.resolve("f.csv"))).hasSize(2);
  }

  @Test
  void indexAndSearch() throws Exception {
    Path index = folder.resolve("x.index");
    Cli call = Cli.run("index", EXAMPLES, "-o", index, "-m", MODEL, "-g", "56x56", "--hnsw");
    assertThat(call.code()).as(call.err()).isZero();
    assertThat(call.out())
        .contains("added 6 pictures")
        .contains("graph of 6 neighbours")
        .contains(index + " has 6 pictures");
    Path sheet = folder.resolve("sheet.png");
    Cli found = Cli.run("search", index, CAT, "-k", 3, "-o", sheet, "--json", "-");
    assertThat(found.code()).as(found.err()).isZero();
    JsonNode first = json(found).at("/results/0");
    assertThat(Path.of(first.at("/image").asText()).toAbsolutePath().normalize()).isEqualTo(CAT);
    assertThat(first.at("/score").asDouble()).isCloseTo(1, within(1e-4));
    assertThat(ImageReader.read(sheet).width()).isGreaterThan(1000);
    found = Cli.run("search", index, CAT, "--box", "10,20,200,220", "--rerank", 4, "--exact");
    assertThat(found.code()).as(found.err()).isZero();
    assertThat(found.out()).contains("patches 0.").contains("6 pictures, exact; ");
    Cli removed = Cli.run("index", "-o", index, "--delete", CAT, "--prune");
    assertThat(removed.out())
        .contains("removed 1 pictures")
        .contains("graph of 5 neighbours")
        .contains("has 5 pictures");
    assertThat(Cli.run("search", index, CAT, "-g", "28x28").err())
        .contains("was made with input 56x56, not 28x28")
        .hasLineCount(1);
  }

  @Test
  void evalRetrieval() throws Exception {
    Cli call =
        Cli.run(
            "eval",
            "retrieval",
            "--database",
            SET.resolve("database.npy"),
            "--queries",
            SET.resolve("queries.npy"),
            "--gnd",
            SET.resolve("gnd.numpy.pkl"),
            "--json",
            "-");
    assertThat(call.code()).as(call.err()).isZero();
    JsonNode expected = new ObjectMapper().readTree(SET.resolve("expected.json").toFile());
    for (String setup : List.of("easy", "medium", "hard")) {
      for (String score : List.of("mAP", "mP@1", "mP@5", "mP@10")) {
        assertThat(json(call).at("/" + setup + "/" + score).asDouble())
            .isCloseTo(expected.at("/" + setup + "/" + score).asDouble(), within(1e-6));
      }
    }
  }
}
