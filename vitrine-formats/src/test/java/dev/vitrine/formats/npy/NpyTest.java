package dev.vitrine.formats.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.Fuzz;
import dev.vitrine.formats.UnsupportedException;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class NpyTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "[FIU](8|16|32|64)|BF16|BOOL")
  void everyTypeComesBack(DType dtype) {
    for (Shape shape : List.of(Shape.SCALAR, Shape.of(0), Shape.of(5), Shape.of(2, 3, 4))) {
      Tensor t = Tensor.zeros(dtype, shape);
      for (long i = 0; i < t.count(); i++) {
        t.set(i, (double) (i * 3 % 7));
      }
      Path file = folder.resolve("a.npy");
      Npy.write(file, t);
      assertThat(Npy.read(file).sameAs(t)).as("%s%s", dtype, shape).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = "[FIU](8|16|32|64)|BF16|BOOL")
  void smallTypesAreRefused(DType dtype) {
    Path file = folder.resolve("a.npy");
    assertThatThrownBy(() -> Npy.write(file, Tensor.scalar(dtype, 1)))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage(file + ": can't hold elements of type " + dtype.text() + "; cast them to f32");
    assertThat(file).doesNotExist();
  }

  @Test
  void writesWhatNumpyWrites() throws Exception {
    Path golden =
        Path.of(System.getProperty("vitrine.root"), "testdata/tiny/dinov2/cls.1x3x56x56.npy");
    Path file = folder.resolve("a.npy");
    Npy.write(file, Npy.read(golden));
    assertThat(file).hasSameBinaryContentAs(golden);
  }

  @Test
  void fortranOrderAndBigEndian() {
    byte[] data = {0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6};
    Tensor t = read(npy(1, "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", data));
    assertThat(t.dtype()).isEqualTo(DType.I16);
    assertThat(t.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(t.toLongs()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "1#{'descr': '<U5', 'fortran_order': False, 'shape': (1,), }#'<U5' are not supported",
        "1#{'descr': '|O', 'fortran_order': False, 'shape': (1,), }|'#O' are not supported",
        "2#{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }#structured",
        "3#{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }#ends inside its elements",
        "3#{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999, 999999999999), }#too large",
        "1#{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }#neither True nor False",
        "1#{'descr': '<f4', 'shape': (1,), }#is missing",
        "1#{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }#bad shape",
        "4#{}#version 4",
      })
  void faults(int version, String header, String message) {
    assertThatThrownBy(() -> read(npy(version, header, new byte[8])))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("x.npy: ")
        .hasMessageContaining(message);
  }

  @Test
  void missingFile() {
    assertThatThrownBy(() -> Npy.read(folder.resolve("none.npy")))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("none.npy: no such file");
  }

  @Test
  void missingFolder() {
    assertThatThrownBy(() -> Npy.write(folder.resolve("no/a.npy"), Tensor.scalar(1f)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("folder does not exist");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void damagedFiles() throws Exception {
    Path file = folder.resolve("a.npy");
    Npy.write(file, Tensor.f32(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
    Fuzz.run(Files.readAllBytes(file), 80, 4000, s -> Npy.read(s, "x.npy"));
  }

  private static Tensor read(byte[] file) {
    return Npy.read(MemorySegment.ofArray(file), "x.npy");
  }

  private static byte[] npy(int version, String header, byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    out.write(header.length());
    out.writeBytes(new byte[version == 1 ? 1 : 3]);
    out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(data);
    return out.toByteArray();
  }
}
