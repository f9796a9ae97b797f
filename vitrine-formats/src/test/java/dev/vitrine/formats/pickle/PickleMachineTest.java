package dev.vitrine.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.Fuzz;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PickleMachineTest {
  private static final Path DATA = Path.of(System.getProperty("vitrine.root"), "testdata/pickle");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void everyProtocol(int protocol) {
    Map<?, ?> m = (Map<?, ?>) PickleMachine.read(DATA.resolve("protocol" + protocol + ".pkl"));
    assertThat(m.get("i")).isEqualTo(5L);
    assertThat(m.get("neg")).isEqualTo(-300L);
    assertThat(m.get("big")).isEqualTo(BigInteger.TEN.pow(30));
    assertThat(m.get("f")).isEqualTo(1.5);
    assertThat(m.get("t")).isEqualTo(List.of(1L, List.of(2L, "x")));
    assertThat(m.containsKey("n")).isTrue();
    assertThat(m.get("n")).isNull();
    assertThat(m.get("b")).isEqualTo(true);
    assertThat(m.get("by")).isEqualTo(new byte[] {0, -1});
    assertThat(m.get("s")).isEqualTo("grün");
    assertThat(m.get("l")).isEqualTo(List.of(1L, List.of(2L)));
    assertThat(m.get("od")).isEqualTo(Map.of("x", 1L));
    assertThat(m.get(List.of(1L, 2L))).isEqualTo("k");
    assertThat(m.get("sc")).isEqualTo(2.5);
    assertThat(m.get("sb")).isEqualTo(true);
    NumpyArray a = (NumpyArray) m.get("a");
    assertThat(a.tensor().dtype()).isEqualTo(DType.I32);
    assertThat(a.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(a.tensor().toLongs()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(((NumpyArray) m.get("fo")).tensor().toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(((NumpyArray) m.get("o")).objects()).isEqualTo(List.of(List.of(1L), "x"));
  }

  /** Instructions as text, with {@code |} for the end of a line. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "cposix|system|(S'ls'|tR.#refers to posix.system, which is not allowed; nothing was executed",
        "(iposix|system|.#instruction 0x69 is not supported",
        "cbuiltins|eval|.#builtins.eval",
        "ccollections|OrderedDict|]R)R.#something is called that is no function",
        "c_codecs|encode|(I1|I2|tR.#arguments that don't suit",
        "}(]I1|u.#a key that is no number",
        "]I1|I2|s.#entries of what is no dictionary",
        "}I1|a.#appends to what is no list",
        "0.#takes more values than there are",
        "(I1|(0.#takes more values",
        "e.#a group that was not opened",
        "g5|.#recalls value 5",
        "I12x|.#'12x' is no integer",
        "I1|#ends inside its pickle",
        "I1|P5|.#refers to data outside",
        "I1|}b.#a state is set on a value that has none",
      })
  void faults(String pickle, String message) {
    byte[] bytes = pickle.replace('|', '\n').getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> read(MemorySegment.ofArray(bytes)))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("x.pkl: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4, 5})
  void damagedPickles(int protocol) throws Exception {
    byte[] good = Files.readAllBytes(DATA.resolve("protocol" + protocol + ".pkl"));
    Fuzz.run(good, good.length, 3000, PickleMachineTest::read);
  }

  /** A tuple of two of a tuple of two …: small to write down, endless to hash. */
  @ParameterizedTest
  @ValueSource(ints = {40})
  void keysThatAreLargeToHash(int depth) {
    String pickle = "}(" + ")" + "2\u0086".repeat(depth) + "I1\nu.";
    assertThatThrownBy(
            () -> read(MemorySegment.ofArray(pickle.getBytes(StandardCharsets.ISO_8859_1))))
        .hasMessageContaining("no number, string or tuple");
  }

  private static Object read(MemorySegment pickle) {
    return new PickleMachine(pickle, "x.pkl", PickleGlobals.numpy(), null).read();
  }
}
