package dev.vitrine.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.build.config.Configuration;
import dev.vitrine.build.config.InputProcessor;
import dev.vitrine.build.data.PictureForm;
import dev.vitrine.build.data.PictureForm.Order;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is put before the model {@code y = −x} on pictures of 2 by 4. */
class InputHeadTest {
  @TempDir Path folder;
  private final List<String> lines = new ArrayList<>();

  private Graph headed(String processor, Order order) throws IOException {
    Path file = folder.resolve("config.json");
    String type = processor.contains("src_dtype") ? "" : ", \"src_dtype\": \"U8\"";
    Files.writeString(
        file, "{\"input_processors\": [{\"tensor_name\": \"x\", " + processor + type + "}]}");
    InputProcessor p = Configuration.read(file, Map.of()).config().inputProcessors().getFirst();
    String tensor = "f32[1, " + order.channels() + ", 2, 4]";
    Graph g = GraphParser.parse("graph (x: " + tensor + ") -> (y)\n y = Neg(x)", List.of());
    PictureForm form =
        new PictureForm(
            g.value("x").type(), false, order, List.of(10.0), List.of(2.0), Interpolation.BICUBIC);
    lines.addAll(new InputHead(g, "x", p, form, true).attach());
    return g;
  }

  /** The model's result for bytes that count from 0. */
  private static float[] run(Graph g) {
    Tensor x = Tensor.zeros(g.value("x").type());
    for (long i = 0; i < x.count(); i++) {
      x.set(i, i);
    }
    return Evaluator.run(g, Map.of("x", x)).get("y").toFloats();
  }

  @Test
  void cutsAndFrames() throws IOException {
    String form = "\"src_layout\": \"NHWC\", \"src_format\": \"GRAY\"";
    Graph g =
        headed(
            form
                + ", \"slicing\": [0, 0, 0, 1, 1, 0, 0, 0], \"padding\": [0, 0, 0, 0, 0, 2, 0, 0],"
                + " \"padding_constant_value\": 30",
            Order.GRAY);
    assertThat(g.value("x").type()).hasToString("u8[1, 3, 3, 1]");
    // Levels 1, 2 and 4, 5, each less 10 and halved, then 30s on the right.
    assertThat(run(g)).containsExactly(4.5f, 4, -10, -10, 3, 2.5f, -10, -10);
    assertThat(lines).anyMatch(l -> l.startsWith("op: op:pre_slice_1, Slice"));
    assertThat(headed(form, Order.GRAY).value("x").type()).hasToString("u8[1, 2, 4, 1]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"U8", "S16", "FP32"})
  void scaledLevels(String type) throws IOException {
    String scaled = "\"src_format\": \"GRAY\", \"scale\": 0.25, \"zeropoint\": 3, \"src_dtype\": ";
    float[] y = run(headed(scaled + "\"" + type + "\"", Order.GRAY));
    for (int i = 0; i < 8; i++) {
      assertThat(y[i]).isEqualTo((float) -((0.25 * (i - 3) - 10) / 2));
    }
  }

  @Test
  void rowsOfTheMatrixAreTheModelsChannels() throws IOException {
    String matrix = "[1, 0, 0, 0, 0, 1, 0, 0.0625, 0, 0, 1, 0]";
    for (Order order : new Order[] {Order.RGB, Order.BGR}) {
      Graph g =
          headed(
              "\"src_format\": \"YUYV422\", \"csc_mode\": \"Matrix\", \"csc_mat\": " + matrix,
              order);
      assertThat(g.value("x").type()).isEqualTo(new TensorType(DType.U8, Shape.of(1, 2, 4, 2)));
      float[] y = run(g);
      // Luma of the first pixels, then Cb and 16, then Cr.
      assertThat(y[0]).isEqualTo(5);
      assertThat(y[1]).isEqualTo(4);
      assertThat(y[8]).isEqualTo(-(1 + 16 - 10) / 2f);
      assertThat(y[16]).isEqualTo(3.5f);
    }
  }

  @Test
  void cameraColoursInTheModelsOrder() throws IOException {
    String camera = "\"src_format\": \"UYVY422\", \"csc_mode\": \"FullRange\"";
    float[] rgb = run(headed(camera, Order.RGB));
    float[] bgr = run(headed(camera, Order.BGR));
    for (int i = 0; i < 8; i++) {
      assertThat(bgr[i]).isEqualTo(rgb[16 + i]);
      assertThat(bgr[8 + i]).isEqualTo(rgb[8 + i]);
    }
    assertThat(lines).noneMatch(l -> l.contains("swap"));
  }
}
