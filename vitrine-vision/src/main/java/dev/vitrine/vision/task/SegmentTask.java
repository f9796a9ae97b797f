package dev.vitrine.vision.task;

import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.Phases;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureRun;
import dev.vitrine.vision.draw.Sheet;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Classes of pixels: for each file the picture under the classes' colours with a legend, and the
 * map of classes as a PNG file of indices; for several also a sheet of all.
 *
 * @param palette null for the one that belongs to the model's number of classes; a model that ends
 *     in ArgMax and has no names for them doesn't tell that number, and gets made-up colours
 * @param blend the colours' share over the picture, 0…1
 */
public record SegmentTask(Palette palette, double blend) {
  private static final int SHEET_HEIGHT = 256;

  /**
   * What was found in a file.
   *
   * @param map the map of classes that was written
   * @param shares of the classes that occur, by name, the largest first
   */
  public record Found(Path file, Path map, Map<String, Double> shares) {}

  public SegmentTask {
    if (!(blend >= 0 && blend <= 1)) {
      throw new VitrineException("the colours' share is " + blend + "; it goes from 0 to 1");
    }
  }

  /** Runs the files through the model, writes the pictures and says what was found in each. */
  public List<Found> run(
      PictureModel model, PictureRun run, Phases phases, List<Path> files, OutputFiles out) {
    List<Found> found = new ArrayList<>();
    Sheet sheet = new Sheet(SHEET_HEIGHT);
    for (int i = 0; i < files.size(); i++) {
      Path file = files.get(i);
      Path overlay = out.files().get(i);
      Path mapFile = classMap(overlay);
      Drawing drawing = run.run(file, (picture, outputs) -> draw(model, picture, outputs));
      phases.time("write", () -> drawing.write(overlay, mapFile));
      if (out.sheet() != null) {
        sheet.row(file.getFileName().toString(), drawing.original, drawing.picture);
      }
      found.add(new Found(file, mapFile, shares(drawing.map, drawing.palette)));
    }
    if (out.sheet() != null) {
      phases.time("write", () -> ImageWriter.write(sheet.image(), out.sheet()));
    }
    return found;
  }

  private record Drawing(Image original, ClassMap map, Palette palette, Image picture) {
    Path write(Path overlay, Path mapFile) {
      int[] rgb = palette.colours().stream().limit(256).mapToInt(Integer::intValue).toArray();
      ImageWriter.writeIndexed(map.classes(), rgb, mapFile);
      return ImageWriter.write(picture, overlay);
    }
  }

  private Drawing draw(PictureModel model, Image picture, Map<String, Tensor> outputs) {
    ClassMap map = map(model, outputs, picture);
    Palette colours = palette(model, map);
    Image drawn = new SegmentPainter(colours, blend).withLegend(picture, map);
    return new Drawing(picture, map, colours, drawn);
  }

  /** {@code cat.segment.png} has its map in {@code cat.classes.png}. */
  private static Path classMap(Path overlay) {
    String name = overlay.getFileName().toString();
    String stem = name.substring(0, name.lastIndexOf('.'));
    String plain = stem.endsWith(".segment") ? stem.substring(0, stem.length() - 8) : stem;
    return overlay.resolveSibling(plain + ".classes.png");
  }

  /** The first of the outputs that is a segmentation. */
  private static ClassMap map(PictureModel model, Map<String, Tensor> outputs, Image picture) {
    VitrineException fault = null;
    for (Tensor output : outputs.values()) {
      try {
        return ClassMap.of(output, 0, picture.height(), picture.width());
      } catch (VitrineException e) {
        fault = fault == null ? e : fault;
      }
    }
    throw new VitrineException(model.model().info().name() + ": " + fault.getMessage(), fault);
  }

  /**
   * The palette asked for, else that of the data set which has as many classes, with the model's
   * names.
   */
  private Palette palette(PictureModel model, ClassMap map) {
    if (palette != null) {
      return palette.atLeast(map.count());
    }
    List<String> labels = model.model().info().labels();
    boolean known = map.all() || !labels.isEmpty();
    int classes = Math.max(map.count(), labels.size());
    return (known ? Palette.standard(classes) : Palette.generated(classes)).withNames(labels);
  }

  private static Map<String, Double> shares(ClassMap map, Palette colours) {
    double[] all = map.shares();
    Map<String, Double> out = new LinkedHashMap<>();
    for (int c : map.present()) {
      out.merge(colours.names().get(c), all[c], Double::sum);
    }
    return out;
  }
}
