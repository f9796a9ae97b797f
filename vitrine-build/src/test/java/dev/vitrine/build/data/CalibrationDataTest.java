package dev.vitrine.build.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.build.config.QuantConfig.Format;
import dev.vitrine.build.config.QuantConfig.InputConfig;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.vision.Preprocessor;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import dev.vitrine.vision.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationDataTest {
  private static final TensorType PICTURE = TensorType.f32(1, 3, 20, 30);
  private static final List<Double> MEAN = List.of(123.675, 116.28, 103.53);
  private static final List<Double> STD = List.of(58.395, 57.12, 57.375);

  @TempDir Path folder;
  private byte[] chelsea;

  @BeforeEach
  void picture() throws IOException {
    Path photo = Path.of(System.getProperty("vitrine.root"), "examples", "chelsea.png");
    Image small = ImageReader.read(photo).crop(40, 60, 50, 70);
    ImageWriter.write(small, folder.resolve("chelsea.png"));
    chelsea = Files.readAllBytes(folder.resolve("chelsea.png"));
    Files.delete(folder.resolve("chelsea.png"));
  }

  private static InputConfig config(String name, Path data, Format format, int size) {
    return new InputConfig(name, data.toString(), format, size, MEAN, STD);
  }

  private CalibrationData open(Map<String, TensorType> inputs, InputConfig... configs) {
    return CalibrationData.open(
        inputs,
        List.of(configs),
        Path::of,
        (input, c) ->
            new PictureForm(
                inputs.get(input),
                false,
                PictureForm.Order.RGB,
                c.calibrationMean(),
                c.calibrationStd(),
                Interpolation.BICUBIC),
        folder.resolve("dataset"));
  }

  @Test
  void picturesAreWhatThePreprocessorMakes() throws IOException {
    Path tar = Pack.tar(folder.resolve("x.tar"), Map.of("d/chelsea.png", chelsea));
    CalibrationData data = open(Map.of("input", PICTURE), config("DEFAULT", tar, Format.Image, 32));
    assertThat(data.size()).isEqualTo(1);
    assertThat(folder.resolve("dataset/input/d/chelsea.png")).hasBinaryContent(chelsea);
    float[] expected =
        new Preprocessor(Preprocessing.imagenet(20, 30, Interpolation.BICUBIC))
            .apply(ImageReader.read(chelsea, "chelsea", 1 << 20))
            .toFloats();
    float[] actual = data.sample(0).get("input").toFloats();
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], within());
    }
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.data.Offset.offset(2e-6f);
  }

  @Test
  void channelOrderAndLayout() {
    Image two = Image.rgb(1, 2, new byte[] {10, 20, 30, 40, 50, 60});
    PictureForm bgr =
        new PictureForm(
            TensorType.f32(1, 3, 1, 2),
            false,
            PictureForm.Order.BGR,
            List.of(1.0, 2.0, 3.0),
            List.of(2.0),
            Interpolation.BILINEAR);
    assertThat(bgr.floats(two).toFloats()).containsExactly(14.5f, 29.5f, 9, 24, 3.5f, 18.5f);
    PictureForm last =
        new PictureForm(
            TensorType.f32(2, 1, 2, 3),
            true,
            PictureForm.Order.RGB,
            List.of(),
            List.of(),
            Interpolation.BILINEAR);
    assertThat(last.floats(two).toFloats())
        .containsExactly(10, 20, 30, 40, 50, 60, 10, 20, 30, 40, 50, 60);
    PictureForm grey =
        new PictureForm(
            TensorType.f32(1, 1, 1, 2),
            false,
            PictureForm.Order.GRAY,
            List.of(),
            List.of(),
            Interpolation.BILINEAR);
    // 0.299·10 + 0.587·20 + 0.114·30 = 18.15
    assertThat(grey.floats(two).toFloats()).containsExactly(18, 48);
  }

  @Test
  void filesAreSpreadOverTheirNames() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 9; i >= 0; i--) {
      files.put("p" + i + ".png", chelsea);
    }
    files.put("read.me", new byte[1]);
    Path zip = Pack.zip(folder.resolve("x.zip"), files);
    Map<String, TensorType> inputs = Map.of("input", PICTURE);
    assertThat(names(open(inputs, config("input", zip, Format.Image, 3))))
        .containsExactly("p0.png", "p3.png", "p6.png");
    assertThat(names(open(inputs, config("input", zip, Format.Image, -1)))).hasSize(10);
    assertThat(names(open(inputs, config("input", zip, Format.Image, 99)))).hasSize(10);
  }

  private static List<String> names(CalibrationData data) {
    List<String> out = new ArrayList<>();
    data.parts()
        .values()
        .iterator()
        .next()
        .files()
        .forEach(f -> out.add(f.getFileName().toString()));
    return out;
  }

  @Test
  void inputsArePairedByName() throws IOException {
    TensorType two = TensorType.f32(2);
    Path a = Files.createDirectory(folder.resolve("a"));
    Path b = Files.createDirectory(folder.resolve("b"));
    for (String name : List.of("x", "y", "z")) {
      Npy.write(a.resolve(name + ".npy"), Tensor.f32(Shape.of(2), name.charAt(0), 0));
    }
    for (String name : List.of("z", "w", "x")) {
      Tensor t = Tensor.f32(Shape.of(2), name.charAt(0), 1);
      Files.write(
          b.resolve(name + ".bin"), t.data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
    }
    Map<String, TensorType> inputs = new LinkedHashMap<>(Map.of("one", two));
    inputs.put("two", two);
    CalibrationData data =
        open(inputs, config("one", a, Format.Numpy, 32), config("two", b, Format.Binary, 32));
    assertThat(data.size()).isEqualTo(2);
    for (int i = 0; i < 2; i++) {
      assertThat(data.sample(i).get("one").real(0))
          .isEqualTo(data.sample(i).get("two").real(0))
          .isEqualTo("xz".charAt(i));
    }
  }

  /** The dictionary that numpy.save pickles, protocol 4. */
  @Test
  void dictionaries() throws IOException {
    Path npy = Path.of(System.getProperty("vitrine.root"), "testdata", "build", "sample.npy");
    Path data = Files.createDirectory(folder.resolve("d"));
    Files.copy(npy, data.resolve("sample.npy"));
    Map<String, TensorType> inputs = new LinkedHashMap<>(Map.of("a", TensorType.f32(2, 3)));
    inputs.put("b", new TensorType(DType.I64, Shape.of(2)));
    Map<String, Tensor> sample =
        open(inputs, config("DEFAULT", data, Format.NumpyObject, 32)).sample(0);
    assertThat(sample.get("a").toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(sample.get("b").toLongs()).containsExactly(7, -8);
    assertThatThrownBy(
            () ->
                open(
                        Map.of("c", TensorType.f32(2)),
                        config("DEFAULT", data, Format.NumpyObject, 32))
                    .sample(0))
        .hasMessageContaining("has no array 'c'");
  }

  @Test
  void faults() throws IOException {
    Map<String, TensorType> in = Map.of("input", PICTURE);
    Path empty = Pack.tar(folder.resolve("empty.tar"), Map.of());
    fault(in, config("DEFAULT", empty, Format.Image, 32), "empty.tar: holds no files");
    Path gone = folder.resolve("gone.tar");
    fault(in, config("DEFAULT", gone, Format.Image, 32), "there is no such archive or folder");
    Path text = Files.writeString(folder.resolve("text.tar"), "hello");
    fault(in, config("DEFAULT", text, Format.Image, 32), "is no tar, tar.gz or zip archive");
    Path arrays = Pack.tar(folder.resolve("arrays.tar"), Map.of("a.npy", new byte[3]));
    fault(
        in,
        config("DEFAULT", arrays, Format.Image, 32),
        "holds no files for calibration_format Image, but such as 'a.npy'");
    fault(in, config("DEFAULT", arrays, Format.Numpy, 32), "a.npy: is no .npy file");
    Path broken =
        Pack.zip(folder.resolve("b.zip"), Map.of("x.png", java.util.Arrays.copyOf(chelsea, 99)));
    fault(in, config("DEFAULT", broken, Format.Image, 32), "x.png: can't be read as PNG");
    fault(in, config("inptu", broken, Format.Image, 32), "there is no input 'inptu'; perhaps");
    fault(in, config("DEFAULT", broken, Format.Image, 0), "calibration_size is 0");
    Path folder2 = Files.createDirectory(folder.resolve("wrong"));
    Npy.write(folder2.resolve("a.npy"), Tensor.f32(Shape.of(2), 1, 2));
    fault(in, config("DEFAULT", folder2, Format.Numpy, 32), "is f32[2], but the model's input is");
    Files.write(folder2.resolve("a.bin"), new byte[7]);
    fault(in, config("DEFAULT", folder2, Format.Binary, 32), "has 7 bytes, but");
    fault(
        Map.of("input", TensorType.f32(1, 3)),
        config("DEFAULT", broken, Format.Image, 1),
        "has no place for RGB pictures");
  }

  private void fault(Map<String, TensorType> inputs, InputConfig config, String said) {
    assertThatThrownBy(() -> open(inputs, config).sample(0)).hasMessageContaining(said);
  }

  @Test
  void unitsOfMeans() throws IOException {
    Path tar = Pack.tar(folder.resolve("x.tar"), Map.of("chelsea.png", chelsea));
    assertThat(doubts(tar, MEAN, STD)).isEmpty();
    assertThat(doubts(tar, List.of(), List.of())).isEmpty();
    assertThat(doubts(tar, List.of(127.5), List.of(127.5))).isEmpty();
    assertThat(doubts(tar, List.of(0.0), List.of(255.0))).isEmpty();
    assertThat(doubts(tar, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)))
        .singleElement()
        .asString()
        .contains("look like units of 0…1", "multiply them by 255");
    assertThat(doubts(tar, List.of(0.0), List.of(1 / 255.0))).hasSize(1);
  }

  private List<String> doubts(Path data, List<Double> mean, List<Double> std) {
    return open(
            Map.of("input", PICTURE),
            new InputConfig("DEFAULT", data.toString(), Format.Image, 1, mean, std))
        .doubts();
  }
}
