package dev.vitrine.features.match;

import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.Phases;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureRun;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageWriter;
import dev.vitrine.vision.resize.FloatMap;
import dev.vitrine.vision.task.PcaTask;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds and draws what two pictures have in common.
 *
 * @param lines how many correspondences get a line
 * @param disparity what is true, when the pictures are a stereo pair; null when it isn't known
 */
public record MatchTask(PatchMatcher matcher, int lines, DisparityCheck disparity) {
  public MatchTask {
    if (lines < 0) {
      throw new VitrineException("the number of lines is " + lines + "; it is at least 0");
    }
  }

  /**
   * What was found.
   *
   * @param patches of the first picture, as {@code otherPatches} of the second
   * @param counts null when nothing is known to be true
   */
  public record Result(
      List<Correspondence> pairs,
      FloatMap patches,
      FloatMap otherPatches,
      DisparityCheck.Counts counts) {
    /** The mean cosine; NaN when there are no pairs. */
    public double meanCosine() {
      return pairs.stream().mapToDouble(Correspondence::cosine).average().orElse(Double.NaN);
    }
  }

  private record Seen(Image picture, FloatMap patches) {}

  /**
   * @throws VitrineException when there are not two files
   */
  public static void check(List<Path> files) {
    if (files.size() != 2) {
      throw new VitrineException("match takes two pictures, not " + files.size());
    }
  }

  /**
   * @param out the picture to write
   * @throws VitrineException when there are not two files, or the model gives no patches
   */
  public Result run(PictureModel model, PictureRun run, Phases phases, List<Path> files, Path out) {
    check(files);
    Seen a = see(model, run, files.get(0));
    Seen b = see(model, run, files.get(1));
    List<Correspondence> pairs = phases.time("match", () -> matcher.match(a.patches, b.patches));
    DisparityCheck.Counts counts =
        disparity == null
            ? null
            : disparity.count(pairs, a.patches, a.picture.height(), a.picture.width());
    phases.time(
        "write",
        () ->
            ImageWriter.write(
                new MatchPainter(lines).paint(a.picture, a.patches, b.picture, b.patches, pairs),
                out));
    return new Result(pairs, a.patches, b.patches, counts);
  }

  private static Seen see(PictureModel model, PictureRun run, Path file) {
    return run.run(file, (picture, outputs) -> new Seen(picture, PcaTask.patches(model, outputs)));
  }
}
