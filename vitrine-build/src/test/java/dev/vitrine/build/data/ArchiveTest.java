package dev.vitrine.build.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.archive.Archive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {
  @TempDir Path folder;

  private static Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("b/two.bin", bytes(700));
    files.put("a.bin", bytes(512));
    files.put("empty.bin", new byte[0]);
    files.put("deep/" + "long".repeat(40) + ".bin", bytes(5));
    return files;
  }

  private static byte[] bytes(int n) {
    byte[] out = new byte[n];
    new SplittableRandom(n).nextBytes(out);
    return out;
  }

  private static Map<String, byte[]> read(Path archive) {
    Map<String, byte[]> out = new LinkedHashMap<>();
    new Archive(archive, Archive.Limits.USUAL)
        .visit((name, in) -> out.put(name, in.readAllBytes()));
    return out;
  }

  @Test
  void everyKind() throws IOException {
    for (Path archive :
        List.of(
            Pack.tar(folder.resolve("x.tar"), files()),
            Pack.tarGz(folder.resolve("x.tar.gz"), files()),
            Pack.tarGz(folder.resolve("named.wrongly"), files()),
            Pack.zip(folder.resolve("x.zip"), files()))) {
      Map<String, byte[]> read = read(archive);
      assertThat(read.keySet()).as(archive.toString()).containsExactlyElementsOf(files().keySet());
      files().forEach((name, b) -> assertThat(read.get(name)).as(name).isEqualTo(b));
    }
    assertThat(read(Pack.gz(folder.resolve("one.npy.gz"), bytes(9)))).containsOnlyKeys("one.npy");
  }

  @Test
  void entriesMayBePassedOver() throws IOException {
    Path tar = Pack.tar(folder.resolve("x.tar"), files());
    assertThat(new Archive(tar, Archive.Limits.USUAL).names())
        .containsExactly("a.bin", "b/two.bin", "deep/" + "long".repeat(40) + ".bin", "empty.bin");
  }

  @Test
  void linksHiddenFilesAndPaxHeaders() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Pack.entry(out, "link", '2', new byte[0]);
    Pack.entry(out, "folder/", '5', new byte[0]);
    Pack.entry(out, "._a.bin", '0', bytes(3));
    Pack.entry(out, "pax", 'x', "20 path=long/er.bin\n".getBytes(StandardCharsets.UTF_8));
    Pack.entry(out, "short.bin", '0', bytes(3));
    Pack.entry(out, "next.bin", '0', bytes(4));
    Path tar = Files.write(folder.resolve("x.tar"), out.toByteArray());
    assertThat(read(tar)).containsOnlyKeys("long/er.bin", "next.bin");
  }

  @Test
  void placesOutsideAreRefused() throws IOException {
    for (String name :
        List.of("../x.png", "a/../../x.png", "/etc/x.png", "C:\\x.png", "a\\..\\..\\x", "a\nb")) {
      Map<String, byte[]> files = Map.of(name, bytes(3));
      for (Path archive :
          List.of(
              Pack.tar(folder.resolve("x.tar"), files), Pack.zip(folder.resolve("x.zip"), files))) {
        assertThatThrownBy(() -> read(archive))
            .as(name)
            .isInstanceOf(FormatException.class)
            .hasMessageContaining("leads out of the archive");
      }
    }
  }

  @Test
  void limits() throws IOException {
    Path zeros = Pack.tarGz(folder.resolve("bomb.tgz"), Map.of("a", new byte[1 << 20]));
    assertThatThrownBy(
            () ->
                new Archive(zeros, new Archive.Limits(10, 1 << 16, 1 << 30))
                    .visit((_, in) -> in.readAllBytes()))
        .hasMessageContaining("unpacks to more than 65,536 bytes");
    assertThatThrownBy(
            () ->
                new Archive(zeros, new Archive.Limits(10, 1 << 30, 1 << 16))
                    .visit((_, in) -> in.readAllBytes()))
        .hasMessageContaining("unpacks to more than 65,536 bytes");
    Path many = Pack.zip(folder.resolve("many.zip"), files());
    assertThatThrownBy(() -> new Archive(many, new Archive.Limits(3, 1 << 30, 1 << 30)).names())
        .hasMessageContaining("holds more than 3 files");
  }

  /** Cut and altered archives give an error that names them, or fewer files; nothing else. */
  @Test
  void damage() throws IOException {
    long seed = 11;
    SplittableRandom random = new SplittableRandom(seed);
    for (Path whole :
        List.of(
            Pack.tar(folder.resolve("x.tar"), files()),
            Pack.tarGz(folder.resolve("x.tgz"), files()),
            Pack.zip(folder.resolve("x.zip"), files()))) {
      byte[] good = Files.readAllBytes(whole);
      for (int i = 0; i < 300; i++) {
        byte[] bad = good.clone();
        if (i % 3 == 0) {
          bad = Arrays.copyOf(bad, random.nextInt(bad.length));
        } else {
          bad[random.nextInt(Math.min(bad.length, 2048))] = (byte) random.nextInt();
        }
        Path file = Files.write(folder.resolve("bad"), bad);
        try {
          read(file);
        } catch (FormatException e) {
          assertThat(e).as("seed %d, case %d", seed, i).hasMessageStartingWith(file + ": ");
        }
      }
    }
  }
}
