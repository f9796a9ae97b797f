package dev.vitrine.features.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.features.TestData;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.ImageException;
import dev.vitrine.vision.image.ImageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesTest {
  private static final String LONG = "deep/".repeat(30) + "picture.png";

  @TempDir Path folder;

  private List<String> names(Path... paths) {
    return Pictures.find(List.of(paths)).stream()
        .map(p -> folder.relativize(Path.of(p.name())).toString())
        .toList();
  }

  @Test
  void foldersListsAndFiles() throws IOException {
    Files.createDirectories(folder.resolve("a/b"));
    Files.createDirectories(folder.resolve(".git"));
    for (String name : List.of("a/z.PNG", "a/b/y.jpg", "a/b/.x.png", ".git/w.png", "a/note.md")) {
      Files.writeString(folder.resolve(name), "");
    }
    Path list = Files.writeString(folder.resolve("l.txt"), "# two\n\na/z.PNG\n none.jpg \na/b\n");
    assertThat(names(folder)).containsExactly("a/b/y.jpg", "a/z.PNG");
    assertThat(names(list)).containsExactly("a/z.PNG", "none.jpg", "a/b/y.jpg");
    assertThat(names(folder.resolve("a/note.md"), list, folder.resolve("a")))
        .containsExactly("a/note.md", "a/z.PNG", "none.jpg", "a/b/y.jpg");
    assertThatThrownBy(() -> Pictures.find(List.of(folder.resolve(".git/hooks.tar"))))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("hooks.tar: no such file");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> Pictures.find(List.of(empty)))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("empty: holds no pictures");
    assertThatThrownBy(() -> Pictures.find(List.of(Path.of("x.tar.gz"))))
        .hasMessageContaining("x.tar.gz: no such file");
    Files.write(list, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(() -> Pictures.find(List.of(list))).hasMessageContaining("UTF-8");
  }

  @Test
  void stampsChangeWithTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("x.png"), "abc");
    long before = PictureSource.of(file).stamp();
    Files.writeString(file, "abcd");
    assertThat(PictureSource.of(file).stamp()).isNotEqualTo(before);
  }

  /** One of each way to state a name, a link and a folder between. */
  private byte[] archive(byte[] png) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    entry(out, "./plain.png", '0', png, false);
    entry(out, "folder/", '5', new byte[0], false);
    entry(out, "link.png", '2', new byte[0], false);
    entry(out, "././@LongLink", 'L', (LONG + "\0").getBytes(StandardCharsets.UTF_8), false);
    entry(out, LONG.substring(0, 99), '0', png, true);
    String record = " path=pax/schön.png\n";
    int length = record.getBytes(StandardCharsets.UTF_8).length + 2;
    entry(out, "x", 'x', (length + record).getBytes(StandardCharsets.UTF_8), false);
    entry(out, "short.png", '0', png, false);
    entry(out, "notes.txt", '0', "hello".getBytes(StandardCharsets.UTF_8), false);
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  private static void entry(
      ByteArrayOutputStream out, String name, char type, byte[] data, boolean binarySize) {
    byte[] h = new byte[512];
    put(h, 0, name);
    put(h, 100, "0000644\0");
    put(h, 124, String.format("%011o\0", data.length));
    if (binarySize) {
      Arrays.fill(h, 124, 136, (byte) 0);
      h[124] = (byte) 0x80;
      h[134] = (byte) (data.length >> 8);
      h[135] = (byte) data.length;
    }
    put(h, 148, "        ");
    h[156] = (byte) type;
    put(h, 257, "ustar\00000");
    int sum = 0;
    for (byte b : h) {
      sum += b & 0xff;
    }
    put(h, 148, String.format("%06o\0 ", sum));
    out.writeBytes(h);
    out.writeBytes(Arrays.copyOf(data, (data.length + 511) / 512 * 512));
  }

  private static void put(byte[] h, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, h, at, bytes.length);
  }

  @Test
  void archives() throws IOException {
    byte[] png = ImageWriter.png(TestData.blobs(20, 30, 5));
    Path tar = Files.write(folder.resolve("p.tar"), archive(png));
    assertThat(names(tar))
        .containsExactly("p.tar/plain.png", "p.tar/" + LONG, "p.tar/pax/schön.png");
    for (PictureSource p : Pictures.find(List.of(tar))) {
      assertThat(p.read(1000)).isEqualTo(TestData.blobs(20, 30, 5));
      assertThat(p.stamp()).isNotZero();
      assertThat(Pictures.locate(Path.of(p.name())).stamp()).isEqualTo(p.stamp());
      assertThatThrownBy(() -> p.read(10))
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith(tar.toString() + "/");
    }
  }

  @Test
  void compressedArchives() throws IOException {
    byte[] png = ImageWriter.png(TestData.blobs(20, 30, 5));
    Path tgz = folder.resolve("p.tar.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(tgz))) {
      out.write(archive(png));
    }
    Path zip = folder.resolve("q.zip");
    try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (String name : List.of("a/x.png", "notes.txt", "y.png")) {
        out.putNextEntry(new ZipEntry(name));
        out.write(png);
      }
    }
    assertThat(names(tgz, zip))
        .containsExactly(
            "p.tar.gz/plain.png",
            "p.tar.gz/" + LONG,
            "p.tar.gz/pax/schön.png",
            "q.zip/a/x.png",
            "q.zip/y.png");
    for (PictureSource p : Pictures.find(List.of(tgz, zip))) {
      assertThat(p.read(1000)).isEqualTo(TestData.blobs(20, 30, 5));
      assertThat(Pictures.locate(Path.of(p.name())).stamp()).isNotZero().isEqualTo(p.stamp());
    }
    Path text = Files.writeString(folder.resolve("z.zip"), "no archive");
    assertThatThrownBy(() -> Pictures.find(List.of(text)))
        .isInstanceOf(VitrineException.class)
        .hasMessageStartingWith(text + ": is no tar, tar.gz or zip archive");
  }

  @Test
  void damagedArchivesGiveOneError() throws IOException {
    byte[] whole = archive(ImageWriter.png(TestData.blobs(20, 30, 5)));
    Path tar = folder.resolve("p.tar");
    long seed = 20261128;
    Random random = new Random(seed);
    for (int i = 0; i < 400; i++) {
      byte[] bytes = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(6000) : 6000);
      for (int k = random.nextInt(3); k >= 0 && bytes.length > 0; k--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Files.write(tar, bytes);
      try {
        Pictures.find(List.of(tar));
      } catch (VitrineException e) {
        assertThat(e.getMessage()).as("seed %d, %d", seed, i).startsWith(tar.toString());
      }
    }
  }
}
