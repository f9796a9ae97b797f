package dev.vitrine.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonTest {
  @Test
  void valuesAndWhatIsNotThere() {
    Json j =
        Json.parse(
            "{\"a\": [1, 2.5, \"x\", true, null], \"b\": {\"c\": 12345678901234567890}}", "j");
    assertThat(j.at("a").size()).isEqualTo(5);
    assertThat(j.at("a").at(0).integer(9)).isEqualTo(1);
    assertThat(j.at("a").at(1).real(9)).isEqualTo(2.5);
    assertThat(j.at("a").at(2).text("")).isEqualTo("x");
    assertThat(j.at("a").at(3).bool(false)).isTrue();
    assertThat(j.at("a").at(4).exists()).isFalse();
    assertThat(j.at("b").at("c").real(0)).isEqualTo(12345678901234567890.0);
    assertThat(j.at("b").at("none").at(7).at("x").integer(3)).isEqualTo(3);
    assertThat(j.at("a").at(2).integer(3)).isEqualTo(3);
    assertThat(j.entries()).containsOnlyKeys("a", "b");
    assertThat(Json.read(Path.of("no such file")).exists()).isFalse();
  }

  @Test
  void printsWhatItReads() {
    Map<String, Object> map = new TreeMap<>();
    map.put("list", List.of(1, 2L, 1e-6f, "ü\"", false, Map.of("k", 0.5)));
    Json read = Json.parse(Json.print(map), "j");
    assertThat(read.plain())
        .isEqualTo(Map.of("list", List.of(1L, 2L, 1e-6, "ü\"", false, Map.of("k", 0.5))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | is damaged",
        "{} {} | something follows the end",
        "{\"a\": 1, \"a\": 2} | the name 'a' is there twice",
        "nul | is damaged",
      })
  void faults(String text, String message) {
    assertThatThrownBy(() -> Json.parse(text, "j.json"))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("j.json: ")
        .hasMessageContaining(message);
  }

  @Test
  void nestingThatIsTooDeep() {
    assertThatThrownBy(() -> Json.parse("[".repeat(100_000), "j.json"))
        .isInstanceOf(FormatException.class);
  }
}
