package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The model that comes with the repository, on a photo, against PyTorch in float32. */
class DinoV2SmallTest {
  private static final Path ROOT = Path.of(System.getProperty("vitrine.root"));
  private static final Path PHOTO = ROOT.resolve("testdata/dinov2_vits14/chelsea");
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] DEVIATION = {0.229, 0.224, 0.225};

  private static Tensor pixels(Path png) throws IOException {
    BufferedImage image = ImageIO.read(png.toFile());
    Tensor t = Tensor.zeros(DType.F32, Shape.of(1, 3, image.getHeight(), image.getWidth()));
    long at = 0;
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          int value = image.getRGB(x, y) >> (16 - 8 * c) & 255;
          t.set(at++, (value / 255.0 - MEAN[c]) / DEVIATION[c]);
        }
      }
    }
    return t;
  }

  @Test
  void seesWhatPyTorchSees() throws IOException {
    Path folder = ROOT.resolve("models/dinov2-small");
    try (Model model = Model.open(folder)) {
      Tensor x = pixels(PHOTO.resolve("resized.224x224.png"));
      Map<String, Tensor> outputs =
          model.run(Map.of("input", x), Options.defaults().outputs("cls", "patch"));
      for (String name : outputs.keySet()) {
        Tensor expected = Npy.read(PHOTO.resolve(name + ".224x224.npy"));
        assertThat(cosine(outputs.get(name), expected)).as(name).isGreaterThan(0.9999);
      }
    }
  }

  private static double cosine(Tensor a, Tensor b) {
    assertThat(a.shape()).isEqualTo(b.shape());
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (long i = 0; i < a.count(); i++) {
      ab += a.real(i) * b.real(i);
      aa += a.real(i) * a.real(i);
      bb += b.real(i) * b.real(i);
    }
    return ab / Math.sqrt(aa * bb);
  }
}
