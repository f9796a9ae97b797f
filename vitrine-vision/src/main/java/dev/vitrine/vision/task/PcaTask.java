package dev.vitrine.vision.task;

import dev.vitrine.engine.Model;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PatchGrid;
import dev.vitrine.vision.Phases;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureRun;
import dev.vitrine.vision.draw.Canvas;
import dev.vitrine.vision.draw.Sheet;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageWriter;
import dev.vitrine.vision.pca.PcaPainter;
import dev.vitrine.vision.pca.PcaPainter.Painting;
import dev.vitrine.vision.resize.FloatMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Pictures of what a model's patch features have in common: for each file the colours of its
 * principal components beside the same over the original; for several also a sheet of all.
 *
 * @param foreground paint the object alone
 * @param blend the colours' share over the original, 0…1
 */
public record PcaTask(boolean foreground, double blend) {
  private static final String PATCH = "patch";
  private static final int GAP = 8;
  private static final int SHEET_HEIGHT = 256;

  /**
   * What was seen of a file.
   *
   * @param height of the picture, as {@code width}
   * @param patchRows of the grid of features, as {@code patchColumns}
   */
  public record Seen(Path file, int height, int width, int patchRows, int patchColumns) {}

  public PcaTask {
    if (!(blend >= 0 && blend <= 1)) {
      throw new VitrineException("the colours' share is " + blend + "; it goes from 0 to 1");
    }
  }

  /** The outputs to ask a model for: its patches by that name, else what it gives by default. */
  public static List<String> outputs(Model model) {
    return model.outputs().contains(PATCH) ? List.of(PATCH) : List.of();
  }

  /** Runs the files through the model, writes the pictures and says what was seen of each file. */
  public List<Seen> run(
      PictureModel model, PictureRun run, Phases phases, List<Path> files, OutputFiles out) {
    List<FloatMap> features = new ArrayList<>();
    List<Seen> seen = new ArrayList<>();
    // Of several pictures none is kept: they may be large.
    Image[] only = new Image[1];
    for (Path file : files) {
      run.run(
          file,
          (picture, outputs) -> {
            only[0] = files.size() == 1 ? picture : null;
            FloatMap map = patches(model, outputs);
            features.add(map);
            seen.add(new Seen(file, picture.height(), picture.width(), map.height(), map.width()));
            return map;
          });
    }
    PcaPainter painter =
        phases.time(
            "post-process",
            () -> foreground ? PcaPainter.foreground(features) : PcaPainter.whole(features));
    Sheet sheet = new Sheet(SHEET_HEIGHT);
    for (int i = 0; i < files.size(); i++) {
      int index = i;
      Image original = only[0] != null ? only[0] : run.decode(files.get(i));
      Painting painting = phases.time("post-process", () -> painter.paint(original, index, blend));
      phases.time("write", () -> ImageWriter.write(beside(painting), out.files().get(index)));
      if (out.sheet() != null) {
        String name = files.get(i).getFileName().toString();
        sheet.row(name, original, painting.mask(), painting.blend());
      }
    }
    if (out.sheet() != null) {
      phases.time("write", () -> ImageWriter.write(sheet.image(), out.sheet()));
    }
    return seen;
  }

  /** The first of the outputs that is a grid of features. */
  public static FloatMap patches(PictureModel model, Map<String, Tensor> outputs) {
    VitrineException fault = null;
    for (Tensor output : outputs.values()) {
      try {
        return PatchGrid.of(output, model.height(), model.width());
      } catch (VitrineException e) {
        fault = fault == null ? e : fault;
      }
    }
    throw new VitrineException(model.model().info().name() + ": " + fault.getMessage(), fault);
  }

  private static Image beside(Painting painting) {
    int height = painting.mask().height();
    int width = painting.mask().width();
    Image out = Image.filled(height, 2 * width + GAP, Canvas.WHITE);
    for (int y = 0; y < height; y++) {
      int to = y * out.width() * 3;
      int n = width * 3;
      System.arraycopy(painting.mask().pixels(), y * n, out.pixels(), to, n);
      System.arraycopy(painting.blend().pixels(), y * n, out.pixels(), to + n + GAP * 3, n);
    }
    return out;
  }
}
