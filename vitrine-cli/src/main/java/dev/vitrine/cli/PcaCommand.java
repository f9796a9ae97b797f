package dev.vitrine.cli;

import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureModel.Fit;
import dev.vitrine.vision.task.OutputFiles;
import dev.vitrine.vision.task.PcaTask;
import dev.vitrine.vision.task.PcaTask.Seen;
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
    name = "pca",
    description = {
      "Paints what a model sees: the first three principal components of its patch features.",
      "Writes NAME.pca.png, the colours beside the same over the picture. Several pictures share the"
          + " colours and are also put on one sheet, pca.png."
    })
final class PcaCommand implements Callable<Integer> {
  @Mixin FeatureModelOption model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "The picture to write, of several the sheet; or a folder.")
  Path output;

  @Option(
      names = "--blend",
      paramLabel = "SHARE",
      defaultValue = "0.6",
      description = "The colours' share over the picture, 0 to 1 (default: ${DEFAULT-VALUE}).")
  double blend;

  @Option(
      names = "--foreground",
      description = "Leave out the background; colour the object's parts alone.")
  boolean foreground;

  @Mixin PictureOptions pictures;

  @Override
  public Integer call() {
    PcaTask task = new PcaTask(foreground, blend);
    OutputFiles files = OutputFiles.of(pictures.pictures(), output, "pca");
    pictures.run(
        model.name,
        new PictureModel.Size(518, 518),
        Fit.WHOLE,
        PcaTask::outputs,
        (ready, run, phases, paths) -> task.run(ready, run, phases, paths, files),
        (seen, ready, json) -> report(seen, ready, files, json));
    return 0;
  }

  private List<Path> report(
      List<Seen> seen, PictureModel ready, OutputFiles files, Map<String, Object> json) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (int i = 0; i < seen.size(); i++) {
      Seen s = seen.get(i);
      pictures.out.line(
          "%s %d×%d → %d×%d → %d×%d patches",
          s.file().getFileName(),
          s.height(),
          s.width(),
          ready.height(),
          ready.width(),
          s.patchRows(),
          s.patchColumns());
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("image", s.file().toString());
      one.put("patches", List.of(s.patchRows(), s.patchColumns()));
      one.put("output", files.files().get(i).toString());
      list.add(one);
    }
    json.put("input", List.of(ready.height(), ready.width()));
    json.put("images", list);
    if (files.sheet() != null) {
      json.put("sheet", files.sheet().toString());
    }
    return files.all();
  }
}
