package dev.vitrine.cli;

import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureModel.Fit;
import dev.vitrine.vision.task.OutputFiles;
import dev.vitrine.vision.task.Palette;
import dev.vitrine.vision.task.SegmentPainter;
import dev.vitrine.vision.task.SegmentTask;
import dev.vitrine.vision.task.SegmentTask.Found;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "segment",
    description = {
      "Finds the class of each pixel, with a model that ends in scores or in ArgMax.",
      "Writes NAME.segment.png, the classes' colours over the picture with a legend, and"
          + " NAME.classes.png, the class numbers with a palette. Several pictures are also put on"
          + " one sheet, segment.png."
    })
final class SegmentCommand implements Callable<Integer> {
  @Mixin ModelOption model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "The picture to write, of several the sheet; or a folder.")
  Path output;

  @Option(
      names = "--palette",
      paramLabel = "NAME|FILE",
      description =
          "cityscapes, ade20k, or a file of lines '#rrggbb name' (default: by the number of classes).")
  String palette;

  @Option(
      names = "--blend",
      paramLabel = "SHARE",
      defaultValue = "0.6",
      description = "The colours' share over the picture, 0 to 1 (default: ${DEFAULT-VALUE}).")
  double blend;

  @Mixin PictureOptions pictures;

  @Override
  public Integer call() {
    SegmentTask task = new SegmentTask(palette == null ? null : Palette.named(palette), blend);
    OutputFiles files = OutputFiles.of(pictures.pictures(), output, "segment");
    pictures.run(
        model.name,
        null,
        Fit.WHOLE,
        _ -> List.of(),
        (ready, run, phases, paths) -> task.run(ready, run, phases, paths, files),
        (found, ready, json) -> report(found, ready, files, json));
    return 0;
  }

  private List<Path> report(
      List<Found> found, PictureModel ready, OutputFiles files, Map<String, Object> json) {
    List<Map<String, Object>> list = new ArrayList<>();
    List<Path> written = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      Found f = found.get(i);
      Path overlay = files.files().get(i);
      pictures.out.line(f.file().getFileName());
      f.shares()
          .forEach(
              (name, share) ->
                  pictures.out.line("  %5s %%  %s", SegmentPainter.percent(share), name));
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("image", f.file().toString());
      one.put("output", overlay.toString());
      one.put("classes", f.map().toString());
      one.put("shares", f.shares());
      list.add(one);
      written.add(f.map());
    }
    json.put("input", List.of(ready.height(), ready.width()));
    json.put("images", list);
    if (files.sheet() != null) {
      json.put("sheet", files.sheet().toString());
    }
    written.addAll(files.all());
    return written;
  }
}
