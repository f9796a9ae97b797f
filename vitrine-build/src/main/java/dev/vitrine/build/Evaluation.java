package dev.vitrine.build;

import dev.vitrine.build.data.CalibrationData;
import dev.vitrine.build.data.PictureForm;
import dev.vitrine.build.data.Samples;
import dev.vitrine.build.report.OutputError;
import dev.vitrine.compiler.quantize.QuantizedModel;
import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the float and the built model give on some of the calibration samples. */
final class Evaluation {
  /** How many samples are compared, how many layer by layer, and how many are shown. */
  private static final int MOST = 8;

  private static final int FEW = 2;
  private static final int SHOWN = 4;

  private final QuantizedModel model;
  private final CalibrationData data;
  private final Executor executor;
  private final Map<String, List<Tensor>> expected = new LinkedHashMap<>();
  private final Map<String, List<Tensor>> actual = new LinkedHashMap<>();

  Evaluation(QuantizedModel model, CalibrationData data, Executor executor) {
    this.model = model;
    this.data = data;
    this.executor = executor;
    int n = Math.min(MOST, data.size());
    try (Executor.Prepared floats = executor.prepare(model.reference());
        Executor.Prepared integers = executor.prepare(model.graph())) {
      for (int i = 0; i < n; i++) {
        Map<String, Tensor> sample = data.sample(i * data.size() / n);
        add(expected, floats.run(sample));
        add(actual, integers.run(sample));
      }
    }
  }

  private static void add(Map<String, List<Tensor>> to, Map<String, Tensor> outputs) {
    outputs.forEach((name, t) -> to.computeIfAbsent(name, _ -> new ArrayList<>()).add(t));
  }

  /** How many samples were compared. */
  int count() {
    return expected.values().iterator().next().size();
  }

  List<OutputError> errors() {
    List<OutputError> out = new ArrayList<>();
    expected.forEach((name, e) -> out.add(OutputError.of(name, actual.get(name), e)));
    return out;
  }

  /**
   * Samples for a comparison layer by layer: those in a folder, or some of the calibration's.
   *
   * @param folder null for none
   */
  Iterable<Map<String, Tensor>> few(Path folder) {
    List<Map<String, Tensor>> out = new ArrayList<>();
    if (folder != null) {
      Map<String, TensorType> types = new LinkedHashMap<>();
      model.reference().inputs().forEach(v -> types.put(v.name(), v.type()));
      Samples.find(folder, types.keySet()).forEach(files -> out.add(Samples.read(files, types)));
      return out;
    }
    for (int i = 0; i < Math.min(FEW, data.size()); i++) {
      out.add(data.sample(i));
    }
    return out;
  }

  /** The pictures of the samples that are shown, as the model sees them; none for other data. */
  List<Image> originals() {
    List<Image> out = new ArrayList<>();
    CalibrationData.Part part = data.parts().values().iterator().next();
    PictureForm form = part.form();
    for (int i = 0; form != null && i < Math.min(SHOWN, count()); i++) {
      Image picture = ImageReader.read(part.files().get(i * data.size() / count()));
      out.add(form.fitted(picture));
    }
    return out;
  }

  /** The float model's outputs, or the built model's, by name. */
  Map<String, List<Tensor>> outputs(boolean built) {
    return built ? actual : expected;
  }

  /** Writes what each layer gives for some samples. */
  void dump(OutputTree tree, int samples) {
    for (int i = 0; i < Math.min(samples, data.size()); i++) {
      int sample = i;
      Map<String, Tensor> inputs = data.sample(i);
      inputs.forEach((name, t) -> tree.tensor("float", sample, name, t));
      dump(tree, "float", sample, model.reference(), inputs);
      dump(tree, "quant", sample, model.graph(), inputs);
    }
  }

  private void dump(
      OutputTree tree, String kind, int sample, Graph graph, Map<String, Tensor> inputs) {
    executor
        .run(Backend.showing(graph), inputs)
        .forEach((name, t) -> tree.tensor(kind, sample, name, t));
  }
}
