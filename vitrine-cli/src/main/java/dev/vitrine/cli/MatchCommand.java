package dev.vitrine.cli;

import dev.vitrine.features.match.Correspondence;
import dev.vitrine.features.match.DisparityCheck;
import dev.vitrine.features.match.MatchTask;
import dev.vitrine.features.match.MatchTask.Result;
import dev.vitrine.features.match.PatchMatcher;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureModel.Fit;
import dev.vitrine.vision.image.ImageWriter;
import dev.vitrine.vision.task.PcaTask;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "match",
    description = {
      "Finds what two pictures have in common: pairs of patches, each the other's most like one.",
      "Draws both pictures with the pairs in colours that follow the place in the first.",
      "Resizes bilinearly unless --resample says otherwise: no filter that overshoots at edges."
    })
final class MatchCommand implements Callable<Integer> {
  @Mixin FeatureModelOption model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      defaultValue = "match.png",
      description = "The picture to write (default: ${DEFAULT-VALUE}).")
  Path output;

  @Option(
      names = "--refine",
      description = "Place the ends in the second picture between patches, where cosines peak.")
  boolean refine;

  @Option(
      names = "--lines",
      paramLabel = "N",
      defaultValue = "100",
      description = "How many pairs get a line; all get dots (default: ${DEFAULT-VALUE}).")
  int lines;

  @Option(
      names = "--disparity",
      paramLabel = "FILE.npy",
      description =
          "True disparities of a stereo pair, in pixels of the first picture, the left one: says how"
              + " many pairs are right.")
  Path disparity;

  @Mixin PictureOptions pictures;

  @Override
  public Integer call() {
    MatchTask.check(pictures.pictures());
    ImageWriter.check(output);
    if (pictures.decoding.resample == null) {
      pictures.decoding.resample = Interpolation.BILINEAR;
    }
    PatchMatcher matcher = new PatchMatcher(refine, pictures.run.options(List.of()));
    MatchTask task =
        new MatchTask(matcher, lines, disparity == null ? null : DisparityCheck.read(disparity));
    pictures.run(
        model.name,
        new PictureModel.Size(518, 518),
        Fit.WHOLE,
        PcaTask::outputs,
        (ready, run, phases, paths) -> task.run(ready, run, phases, paths, output),
        this::report);
    return 0;
  }

  private List<Path> report(Result found, PictureModel ready, Map<String, Object> json) {
    int patches = found.patches().cells();
    pictures.out.line(
        "%d mutual pairs of %d patches, mean cosine %.3f",
        found.pairs().size(), patches, found.meanCosine());
    json.put("input", List.of(ready.height(), ready.width()));
    json.put("patches", List.of(found.patches().height(), found.patches().width()));
    json.put("pairs", found.pairs().size());
    DisparityCheck.Counts counts = found.counts();
    if (counts != null) {
      pictures.out.line("%.1f %% within one row of patches", 100 * counts.rowShare());
      pictures.out.line(
          "%.1f %% of the %d with a known disparity within one patch of it, %.1f %% within half",
          100 * counts.share(), counts.known(), 100 * counts.halfShare());
      Map<String, Object> check = new LinkedHashMap<>();
      check.put("row_within_one", counts.rowShare());
      check.put("known", counts.known());
      check.put("disparity_within_one", counts.share());
      check.put("disparity_within_half", counts.halfShare());
      json.put("disparity", check);
    }
    json.put("correspondences", found.pairs().stream().map(MatchCommand::json).toList());
    return List.of(output);
  }

  /** Row and column in the first picture, in the second, cosine. */
  private static List<Number> json(Correspondence c) {
    return List.of(c.row(), c.column(), c.otherRow(), c.otherColumn(), c.cosine());
  }
}
