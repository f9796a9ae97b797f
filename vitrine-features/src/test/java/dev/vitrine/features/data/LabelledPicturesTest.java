package dev.vitrine.features.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledPicturesTest {
  @TempDir Path folder;

  private static Image picture(LabelledPictures data, int i) {
    return data.pictures().get(i).read(1 << 20);
  }

  private Path write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gz = new GZIPOutputStream(out)) {
      gz.write(bytes);
    }
    return out.toByteArray();
  }

  private void fails(Path path, String message) {
    assertThatThrownBy(() -> LabelledPictures.open(path))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining(message)
        .message()
        .startsWith(folder.toString());
  }

  @Test
  void aFolderForEachClass() throws IOException {
    for (String name : new String[] {"b/2.png", "b/deep/1.png", "a/9.png"}) {
      Files.createDirectories(folder.resolve(name).getParent());
      ImageWriter.write(Image.filled(2, 3, 0xff0000), folder.resolve(name));
    }
    write("notes.txt", new byte[1]);
    write(".hidden/x.png", new byte[1]);
    LabelledPictures data = LabelledPictures.open(folder);
    assertThat(data.classes()).containsExactly("a", "b");
    assertThat(data.labels()).containsExactly(0, 1, 1);
    assertThat(picture(data, 0).width()).isEqualTo(3);
    Files.createDirectories(folder.resolve("c"));
    fails(folder, "c: holds no pictures");
    fails(folder.resolve("a"), "has no folders");
    fails(folder.resolve("none"), "no such file or folder");
    fails(folder.resolve("notes.txt"), "is no folder of class folders");
  }

  @Test
  void cifarBatches() throws IOException {
    byte[] two = new byte[2 * 3073];
    two[0] = 9;
    two[1 + 32 + 1] = 10; // red, row 1, column 1
    two[1 + 1024 + 32 + 1] = 20;
    two[1 + 2048 + 32 + 1] = 30;
    two[3073] = 3;
    write("data_batch_2.bin", two);
    byte[] one = new byte[3073];
    one[0] = 1;
    write("data_batch_1.bin", one);
    Path test = write("test_batch.bin", two);
    LabelledPictures data = LabelledPictures.open(folder);
    assertThat(data.labels()).containsExactly(1, 9, 3);
    assertThat(data.classes()).hasSize(10).startsWith("airplane").endsWith("truck");
    Image p = picture(data, 1);
    assertThat(new int[] {p.at(1, 1, 0), p.at(1, 1, 1), p.at(1, 1, 2), p.at(1, 2, 0)})
        .containsExactly(10, 20, 30, 0);
    assertThat(LabelledPictures.open(test).count()).isEqualTo(2);
    two[3073] = 10;
    fails(write("bad.bin", two), "picture 1 has the class 10");
    fails(write("short.bin", new byte[100]), "has 100 bytes");
    fails(write("empty.bin", new byte[0]), "has 0 bytes");
  }

  private static byte[] idx(int[] sizes, int... values) {
    ByteBuffer b = ByteBuffer.allocate(4 + 4 * sizes.length + values.length);
    b.putInt(8 << 8 | sizes.length);
    for (int s : sizes) {
      b.putInt(s);
    }
    for (int v : values) {
      b.put((byte) v);
    }
    return b.array();
  }

  @Test
  void idxFiles() throws IOException {
    byte[] images = idx(new int[] {2, 2, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255);
    byte[] labels = idx(new int[] {2}, 4, 0);
    write("train-images-idx3-ubyte.gz", gzip(images));
    write("train-labels-idx1-ubyte.gz", gzip(labels));
    Path test = write("t10k-images.idx3-ubyte", images);
    fails(test, "t10k-labels.idx1-ubyte: no such file");
    write("t10k-labels.idx1-ubyte", labels);
    for (Path path : new Path[] {folder, test}) {
      LabelledPictures data = LabelledPictures.open(path);
      assertThat(data.labels()).containsExactly(4, 0);
      assertThat(data.classes()).containsExactly("0", "1", "2", "3", "4");
      assertThat(picture(data, 1).pixels()).containsExactly(7, 8, 9, 10, 11, 255);
      assertThat(picture(data, 1).height()).isEqualTo(2);
    }
    write("t10k-labels.idx1-ubyte", idx(new int[] {1}, 4));
    fails(test, "has labels of 1 pictures");
    write("t10k-labels.idx1-ubyte", idx(new int[] {7}, 4));
    fails(test, "its size is not that of");
    write("t10k-images.idx3-ubyte", idx(new int[] {1 << 30, 1 << 30, 1 << 30}, 4));
    fails(test, "its size is not that of");
    write("t10k-images.idx3-ubyte", new byte[] {1, 2, 3});
    fails(test, "is no idx file");
    write("train-images-idx3-ubyte.gz", images);
    fails(folder, "train-images-idx3-ubyte.gz: can't be read");
  }

  @Test
  void pixelTables() throws IOException {
    Path few = write("few.csv.gz", gzip("0,16,8,1,seven\n16,0,0,0,five\n".getBytes()));
    LabelledPictures data = LabelledPictures.open(few);
    assertThat(data.classes()).containsExactly("five", "seven");
    assertThat(data.labels()).containsExactly(1, 0);
    assertThat(picture(data, 0).pixels()).containsExactly(0, 255, 128, 16);
    Path many = write("many.csv", "a,b,c,d,class\n0,16,8,200,1.0\n\n1;2;3;4;0\n".getBytes());
    data = LabelledPictures.open(many);
    assertThat(data.classes()).containsExactly("0", "1");
    assertThat(picture(data, 0).pixels()).containsExactly(0, 16, 8, 200);
    fails(write("a.csv", "1,2,3,0\n".getBytes()), "line 1 has 3 numbers");
    fails(write("b.csv", "1,2,3,4,0\n1,2,3,4\n".getBytes()), "line 2 has 3 levels, not 4");
    fails(write("c.csv", "1,2,3,256,0\n".getBytes()), "the level '256'");
    fails(write("d.csv", "1,2,-3,2,0\n".getBytes()), "the level '-3'");
    fails(write("e.csv", "\n".getBytes()), "has no pictures");
    fails(write("f.csv.gz", "1,2,3,4,0".getBytes()), "can't be read");
  }

  @Test
  void rowRanges() {
    assertThat(RowRange.parse("::").of(3)).containsExactly(0, 1, 2);
    assertThat(RowRange.parse("1::2").of(6)).containsExactly(1, 3, 5);
    assertThat(RowRange.parse("2:4").of(6)).containsExactly(2, 3);
    assertThat(RowRange.parse(":100:50").of(60)).containsExactly(0, 50);
    for (String bad : new String[] {"", "1", "a:b", "::0", "3:3", "-1:", "1:2:3:4"}) {
      assertThatThrownBy(() -> RowRange.parse(bad)).as(bad).isInstanceOf(VitrineException.class);
    }
    assertThatThrownBy(() -> RowRange.parse("7::").of(7)).hasMessageContaining("none of 7");
  }
}
