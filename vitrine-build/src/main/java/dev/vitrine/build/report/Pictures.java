package dev.vitrine.build.report;

import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PatchGrid;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.pca.PcaPainter;
import dev.vitrine.vision.resize.FloatMap;
import dev.vitrine.vision.task.ClassMap;
import dev.vitrine.vision.task.Palette;
import dev.vitrine.vision.task.SegmentPainter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the float and the built model see in the same pictures, side by side. */
public final class Pictures {
  private static final int FEWEST_CHANNELS = 3;
  private static final double BLEND = 0.6;

  private Pictures() {}

  /**
   * Paints an output: patch features in colours of their shared principal components, classes in
   * those of a palette.
   *
   * @param originals what the model was shown
   * @param expected the float model's output for each
   * @param actual the built model's
   * @return for each picture the images by caption; empty where the output can't be painted
   */
  public static List<Map<String, Image>> of(
      List<Image> originals, List<Tensor> expected, List<Tensor> actual) {
    if (originals.isEmpty()) {
      return List.of();
    }
    Tensor first = expected.getFirst();
    try {
      return isClasses(first)
          ? classes(originals, expected, actual)
          : features(originals, expected, actual);
    } catch (VitrineException e) {
      // Not every output is a picture.
      return List.of();
    }
  }

  private static boolean isClasses(Tensor t) {
    return !t.dtype().isFloat();
  }

  private static List<Map<String, Image>> features(
      List<Image> originals, List<Tensor> expected, List<Tensor> actual) {
    List<FloatMap> maps = new ArrayList<>();
    for (List<Tensor> tensors : List.of(expected, actual)) {
      for (int i = 0; i < originals.size(); i++) {
        Image o = originals.get(i);
        FloatMap map = PatchGrid.of(tensors.get(i), o.height(), o.width());
        if (map.channels() < FEWEST_CHANNELS || map.cells() < FEWEST_CHANNELS) {
          return List.of();
        }
        maps.add(map);
      }
    }
    PcaPainter painter = PcaPainter.whole(maps);
    List<Map<String, Image>> out = new ArrayList<>();
    for (int i = 0; i < originals.size(); i++) {
      Map<String, Image> row = new LinkedHashMap<>();
      row.put("picture", originals.get(i));
      row.put("float", painter.paint(originals.get(i), i, BLEND).mask());
      row.put("built", painter.paint(originals.get(i), originals.size() + i, BLEND).mask());
      out.add(row);
    }
    return out;
  }

  private static List<Map<String, Image>> classes(
      List<Image> originals, List<Tensor> expected, List<Tensor> actual) {
    List<Map<String, Image>> out = new ArrayList<>();
    for (int i = 0; i < originals.size(); i++) {
      Image o = originals.get(i);
      ClassMap a = ClassMap.of(expected.get(i), 0, o.height(), o.width());
      ClassMap b = ClassMap.of(actual.get(i), 0, o.height(), o.width());
      Palette palette = Palette.standard(Math.max(a.count(), b.count()));
      Map<String, Image> row = new LinkedHashMap<>();
      row.put("picture", o);
      row.put("float", new SegmentPainter(palette, BLEND).overlay(o, a));
      row.put("built", new SegmentPainter(palette, BLEND).overlay(o, b));
      out.add(row);
    }
    return out;
  }
}
