package dev.vitrine.cli;

import dev.vitrine.features.evaluate.Confusion;
import dev.vitrine.features.evaluate.ConfusionPainter;
import dev.vitrine.features.evaluate.LabelMap;
import dev.vitrine.features.evaluate.LabelledScenes;
import dev.vitrine.features.evaluate.SegmentEvaluation;
import dev.vitrine.vision.PictureModel.Fit;
import dev.vitrine.vision.PictureModel.Size;
import dev.vitrine.vision.Progress;
import dev.vitrine.vision.Table;
import dev.vitrine.vision.image.ImageWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "segment",
    description = {
      "Mean intersection over union of a segmenter, over the pixels of a whole set.",
      "Scores are interpolated to the labels' size before the largest is taken. Labels are PNG files"
          + " of class numbers, found by the pictures' names; Cityscapes' folders can be given as"
          + " they are."
    })
final class EvalSegmentCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "PICTURES", description = "A folder of pictures.")
  Path pictures;

  @Parameters(index = "1", paramLabel = "LABELS", description = "A folder of labels.")
  Path labels;

  @Option(
      names = "--label-map",
      paramLabel = "MAP",
      converter = MapConverter.class,
      description =
          "What labels stand for: none, the classes; cityscapes, its ids; from-one, classes from 1"
              + " on, as in ADE20K (default: cityscapes for _labelIds files, else none).")
  LabelMap map;

  @Option(
      names = "--ignore",
      paramLabel = "LABEL",
      defaultValue = "255",
      description = "The label that doesn't count (default: ${DEFAULT-VALUE}).")
  int ignored;

  @Option(
      names = "--stride",
      paramLabel = "HxW",
      converter = SizeConverter.class,
      description =
          "Slide a window of -g over the pictures at their own scale, by this step, and average"
              + " (default: resize the whole picture).")
  Size stride;

  @Option(
      names = "--confusion",
      paramLabel = "OUT.png",
      description = "A picture to write of what each class was taken for.")
  Path confusion;

  @Mixin EvalOptions options;

  /** Reads the name of a label map. */
  static final class MapConverter implements ITypeConverter<LabelMap> {
    @Override
    public LabelMap convert(String text) {
      return LabelMap.parse(text);
    }
  }

  @Override
  public Integer call() {
    if (confusion != null) {
      ImageWriter.check(confusion);
    }
    LabelledScenes scenes = LabelledScenes.find(pictures, labels);
    int down = stride == null ? 0 : stride.height();
    int right = stride == null ? 0 : stride.width();
    var task = new SegmentEvaluation(map, ignored, down, right);
    return options.with(
        Fit.WHOLE,
        (lanes, json) -> {
          Confusion result;
          try (Progress bar = Progress.onTerminal(scenes.scenes().size())) {
            result = task.run(lanes, scenes, bar::step);
          }
          json.put("pictures", scenes.scenes().size());
          print(result, json);
          return 0;
        });
  }

  private void print(Confusion c, Map<String, Object> json) {
    Table table = new Table("class", "pixels", "IoU", "found");
    List<Map<String, Object>> classes = new ArrayList<>();
    long all = c.total();
    for (int i = 0; i < c.classes().size(); i++) {
      if (Double.isNaN(c.iou(i))) {
        continue;
      }
      String name = c.classes().get(i);
      table.row(name, share(c.examples(i) / (double) all), share(c.iou(i)), share(c.recall(i)));
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("class", name);
      one.put("pixels", c.examples(i));
      one.put("iou", c.iou(i));
      one.put("accuracy", Double.isNaN(c.recall(i)) ? null : c.recall(i));
      classes.add(one);
    }
    String title =
        String.format(
            Locale.ROOT,
            "mIoU %.2f %%   pixel accuracy %.2f %%   mean accuracy %.2f %%",
            100 * c.meanIou(),
            100 * c.accuracy(),
            100 * c.meanRecall());
    options.out.line("%s", table);
    options.out.line("%s", title);
    json.put("miou", c.meanIou());
    json.put("pixel_accuracy", c.accuracy());
    json.put("mean_accuracy", c.meanRecall());
    json.put("classes", classes);
    if (confusion != null) {
      ImageWriter.write(ConfusionPainter.paint(c, title), confusion);
      options.out.line("wrote %s", confusion);
      json.put("confusion", confusion.toString());
    }
  }

  private static String share(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
