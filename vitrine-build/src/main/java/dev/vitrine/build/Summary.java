package dev.vitrine.build;

import dev.vitrine.build.config.BuildConfig;
import dev.vitrine.build.report.Page;
import dev.vitrine.build.report.Pictures;
import dev.vitrine.compiler.quantize.LayerPrecision;
import dev.vitrine.compiler.quantize.QuantizedModel;
import dev.vitrine.compiler.quantize.Site;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.vision.image.Image;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The page of a build. */
final class Summary {
  private Summary() {}

  /**
   * @param evaluation null when there were no calibration data
   */
  static Page page(
      BuildConfig config,
      ModelInfo info,
      QuantizedModel model,
      List<LayerPrecision> layers,
      Evaluation evaluation,
      String precision) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("Model", config.input());
    String inputs =
        model.graph().inputs().stream().map(Value::toString).collect(Collectors.joining(", "));
    facts.put("Inputs", inputs);
    facts.put("Computes in", precision.toLowerCase(Locale.ROOT));
    long quantized = model.sites().stream().filter(Site::isQuantized).count();
    facts.put("Products of integers", quantized + " of " + model.sites().size());
    facts.put("Calibration method", config.quant().calibrationMethod());
    facts.put("Transformer optimize level", config.quant().transformerOptLevel());
    Page page = new Page(info.name()).facts(facts);
    if (evaluation != null) {
      page.outputs(evaluation.errors(), "on " + evaluation.count() + " of the calibration samples");
      pictures(page, evaluation);
    }
    if (!layers.isEmpty()) {
      page.plot(layers);
    }
    return page.products(model);
  }

  /** Those of the first output that can be painted. */
  private static void pictures(Page page, Evaluation evaluation) {
    List<Image> originals = evaluation.originals();
    Map<String, List<Tensor>> floats = evaluation.outputs(false);
    Map<String, List<Tensor>> built = evaluation.outputs(true);
    for (String name : floats.keySet()) {
      var rows = Pictures.of(originals, floats.get(name), built.get(name));
      if (!rows.isEmpty()) {
        page.pictures("What is seen, from output '" + name + "'", rows);
        return;
      }
    }
  }
}
