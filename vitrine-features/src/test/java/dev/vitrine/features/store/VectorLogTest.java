package dev.vitrine.features.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.FormatException;
import dev.vitrine.graph.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorLogTest {
  private static final Shape SHAPE = Shape.of(3);

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void create() {
    file = folder.resolve("v.log");
    VectorLog.create(file, SHAPE, Map.of("model", "tiny"));
  }

  private static void put(VectorLog log, String name, float x) {
    log.put(name, 7, 30, 40, new float[] {x, 2 * x, 3 * x});
  }

  private static List<String> names(VectorLog log) {
    return log.entries().stream().map(VectorLog.Entry::name).toList();
  }

  private void fill() {
    try (VectorLog log = VectorLog.append(file)) {
      for (int i = 0; i < 5; i++) {
        put(log, "p" + i, i);
      }
      put(log, "p1", 11);
      assertThat(log.remove("p3")).isTrue();
      assertThat(log.remove("p3")).isFalse();
      log.force();
    }
  }

  @Test
  void whatWasPutIsThere() {
    fill();
    try (VectorLog log = VectorLog.read(file)) {
      assertThat(names(log)).containsExactly("p0", "p2", "p4", "p1");
      assertThat(log.entry("p1"))
          .returns(7L, VectorLog.Entry::stamp)
          .returns(30, VectorLog.Entry::height)
          .returns(40, VectorLog.Entry::width);
      assertThat(log.vector(log.entry("p1"))).containsExactly(11, 22, 33);
      assertThat(log.entry("p3")).isNull();
      assertThat(log.stale()).isEqualTo(3);
      assertThat(log.matrix().toFloats()).containsExactly(0, 0, 0, 2, 4, 6, 4, 8, 12, 11, 22, 33);
      assertThat(log.header().at("model").text("")).isEqualTo("tiny");
      assertThat(log.shape()).isEqualTo(SHAPE);
    }
  }

  @Test
  void compacted() throws IOException {
    fill();
    long before = Files.size(file);
    try (VectorLog reader = VectorLog.read(file)) {
      try (VectorLog log = VectorLog.append(file)) {
        log.compact();
      }
      assertThat(Files.size(file)).isLessThan(before);
      assertThat(reader.vector(reader.entry("p1"))).containsExactly(11, 22, 33);
    }
    try (VectorLog log = VectorLog.append(file)) {
      assertThat(names(log)).containsExactly("p0", "p2", "p4", "p1");
      assertThat(log.stale()).isZero();
      assertThat(log.vector(log.entry("p1"))).containsExactly(11, 22, 33);
      assertThat(log.header().at("model").text("")).isEqualTo("tiny");
      put(log, "p9", 9);
    }
    assertThat(folder)
        .isDirectoryContaining(p -> p.equals(file))
        .isDirectoryNotContaining("glob:**.compact");
  }

  @Test
  void oneWriterAtATime() {
    try (VectorLog log = VectorLog.append(file)) {
      put(log, "a", 1);
      assertThatThrownBy(() -> VectorLog.append(file))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("v.log: is being written already");
    }
  }

  /** Cut anywhere, the file holds what was whole before, and can be written on. */
  @Test
  void cutAnywhere() throws IOException {
    fill();
    byte[] whole = Files.readAllBytes(file);
    int seen = 0;
    Path cut = folder.resolve("cut.log");
    for (int n = (int) headerEnd(); n < whole.length; n++) {
      Files.write(cut, Arrays.copyOf(whole, n));
      List<String> before;
      try (VectorLog log = VectorLog.read(cut)) {
        before = names(log);
        assertThat(log.lost()).isEqualTo(n - log.end());
      }
      try (VectorLog log = VectorLog.append(cut)) {
        put(log, "new", 5);
      }
      try (VectorLog log = VectorLog.read(cut)) {
        List<String> expected = new ArrayList<>(before);
        expected.add("new");
        assertThat(names(log)).as("cut at %d", n).isEqualTo(expected);
        assertThat(log.vector(log.entry("new"))).containsExactly(5, 10, 15);
        assertThat(log.lost()).isZero();
      }
      seen = Math.max(seen, before.size());
    }
    assertThat(seen).isEqualTo(5);
  }

  private long headerEnd() throws IOException {
    Path empty = folder.resolve("empty.log");
    VectorLog.create(empty, SHAPE, Map.of("model", "tiny"));
    return Files.size(empty);
  }

  /** A damaged record before whole ones is an error until it is repaired. */
  @Test
  void damageBeforeTheEnd() throws IOException {
    fill();
    byte[] whole = Files.readAllBytes(file);
    long seed = 42;
    Random random = new Random(seed);
    int header = (int) headerEnd();
    for (int i = 0; i < 40; i++) {
      byte[] bytes = whole.clone();
      int at = random.nextInt(header, whole.length - 40);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bytes);
      assertThatThrownBy(() -> VectorLog.read(file).close())
          .as("seed %d, byte %d", seed, at)
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("--repair");
      try (VectorLog log = VectorLog.repair(file)) {
        assertThat(log.lost()).isPositive();
        assertThat(log.entries().size()).isBetween(3, 5);
        log.compact();
      }
      try (VectorLog log = VectorLog.read(file)) {
        assertThat(log.lost()).isZero();
      }
    }
  }

  @Test
  void otherFiles() throws IOException {
    for (String text : List.of("", "VITRLOG", "VITRLOG1", "something else altogether, and long")) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> VectorLog.read(file))
          .as(text)
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith(file + ": ");
    }
    assertThatThrownBy(() -> VectorLog.read(folder.resolve("none")))
        .hasMessageContaining("none: no such file");
    assertThatThrownBy(() -> VectorLog.read(folder)).isInstanceOf(FormatException.class);
  }

  /** A disk that is full after so many bytes, and may not even allow to cut the file. */
  @Test
  void aFullDiskLosesNothing() throws IOException {
    fill();
    byte[] whole = Files.readAllBytes(file);
    byte[] record = new byte[100];
    for (int room = 0; room < 112; room += 5) {
      for (boolean cuts : new boolean[] {true, false}) {
        Files.write(file, whole);
        try (FullDisk disk =
                new FullDisk(
                    Files.newByteChannel(file, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    whole.length + room,
                    cuts);
            RecordLog log = new RecordLog(file, disk)) {
          log.scan((_, _) -> {}, false);
          for (int again = 0; again < 2; again++) {
            assertThatThrownBy(() -> log.append(ByteBuffer.wrap(record)))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("v.log: can't be written (No space left on device)");
          }
          disk.room(Long.MAX_VALUE);
          assertThat(Files.size(file)).isEqualTo(cuts ? whole.length : whole.length + room);
        }
        try (VectorLog log = VectorLog.append(file)) {
          assertThat(names(log)).containsExactly("p0", "p2", "p4", "p1");
          put(log, "after", 1);
        }
        try (VectorLog log = VectorLog.read(file)) {
          assertThat(names(log)).containsExactly("p0", "p2", "p4", "p1", "after");
        }
      }
    }
  }

  @Test
  void aFullDiskWhileCompacting() {
    fill();
    Path inTheWay = folder.resolve(".v.log.compact");
    try (VectorLog log = VectorLog.append(file)) {
      Files.createDirectory(inTheWay);
      assertThatThrownBy(log::compact).isInstanceOf(FormatException.class);
      put(log, "p9", 9);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    try (VectorLog log = VectorLog.read(file)) {
      assertThat(names(log)).containsExactly("p0", "p2", "p4", "p1", "p9");
    }
  }
}
