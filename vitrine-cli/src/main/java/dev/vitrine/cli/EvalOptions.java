package dev.vitrine.cli;

import dev.vitrine.engine.Model;
import dev.vitrine.features.embed.Lanes;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureModel.Fit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** What the commands that measure a model on labelled pictures have in common. */
final class EvalOptions {
  /** What a command measures, once the model is there. */
  interface Task {
    /**
     * @param json gets the result
     * @return the exit code
     */
    int run(Lanes lanes, Map<String, Object> json);
  }

  @Mixin ModelOption model;

  @Mixin Decoding decoding;
  @Mixin RunOptions run;
  @Mixin Output out;

  /** Opens the model.name, does the task, prints the JSON and closes the model. */
  int with(Fit fit, Task task) {
    try (Model opened = Models.open(model.name, decoding.resample);
        PictureModel ready =
            PictureModel.of(
                opened,
                run.size,
                fit,
                run.options(List.of()),
                line -> out.err().println("vitrine: " + line))) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("model", opened.info().name());
      json.put("input", List.of(ready.height(), ready.width()));
      int code = task.run(new Lanes(ready, run.threads, decoding.maxPixels), json);
      out.json(json);
      return code;
    }
  }
}
