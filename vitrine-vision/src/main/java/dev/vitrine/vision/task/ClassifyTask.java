package dev.vitrine.vision.task;

import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureRun;
import dev.vitrine.vision.draw.Canvas;
import dev.vitrine.vision.draw.Sheet;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageWriter;
import dev.vitrine.vision.task.Classification.Guess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What pictures show.
 *
 * @param labels names by class; null for the model's own, or the standard ones
 * @param top how many classes to name
 */
public record ClassifyTask(List<String> labels, int top) {
  private static final int SHEET_HEIGHT = 256;
  private static final int TEXT = 20;
  private static final int LINE = 30;

  public ClassifyTask {
    if (top < 1) {
      throw new VitrineException("the number of classes to name is " + top + "; it is at least 1");
    }
  }

  /**
   * Runs the files through the model: the likeliest classes of each, best first.
   *
   * @param sheet a picture to write of all with their best classes; null for none
   */
  public Map<Path, List<Guess>> run(
      PictureModel model, PictureRun run, List<Path> files, Path sheet) {
    Map<Path, List<Guess>> out = new LinkedHashMap<>();
    Sheet all = new Sheet(SHEET_HEIGHT);
    for (Path file : files) {
      List<Guess> guesses =
          run.run(
              file,
              (picture, outputs) -> {
                List<Guess> found = guesses(model, outputs);
                if (sheet != null) {
                  add(all, file, picture, found);
                }
                return found;
              });
      out.put(file, guesses);
    }
    if (sheet != null) {
      ImageWriter.write(all.image(), sheet);
    }
    return out;
  }

  private List<Guess> guesses(PictureModel model, Map<String, Tensor> outputs) {
    Tensor scores = outputs.values().iterator().next();
    int classes = Math.toIntExact(scores.count() / Math.max(1, scores.size(0)));
    List<String> names = labels != null ? labels : Labels.of(model.model().info(), classes);
    return Classification.of(scores, names, top).getFirst();
  }

  private static void add(Sheet sheet, Path file, Image picture, List<Guess> guesses) {
    int shown = Math.min(guesses.size(), SHEET_HEIGHT / LINE);
    List<String> lines = new ArrayList<>();
    int wide = 1;
    for (Guess g : guesses.subList(0, shown)) {
      String name = g.name().split(",")[0];
      String line = "%5s %%  %s".formatted(SegmentPainter.percent(g.probability()), name);
      lines.add(line);
      wide = Math.max(wide, Canvas.textWidth(line, TEXT));
    }
    Canvas panel = new Canvas(SHEET_HEIGHT, wide, Canvas.WHITE);
    for (int i = 0; i < shown; i++) {
      panel.text(i * LINE, 0, lines.get(i), TEXT, Canvas.INK);
    }
    sheet.row(file.getFileName().toString(), picture, panel.image());
  }
}
