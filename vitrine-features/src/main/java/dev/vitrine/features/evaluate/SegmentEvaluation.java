package dev.vitrine.features.evaluate;

import dev.vitrine.features.embed.Lanes;
import dev.vitrine.features.evaluate.LabelledScenes.Scene;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import dev.vitrine.vision.task.ClassMap;
import dev.vitrine.vision.task.Palette;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How well a segmenter finds the class of each pixel. Pixels of all pictures are counted together.
 * Scores are interpolated to the labels' size before the largest is taken.
 *
 * @param map how labels become classes; null for what the files' names tell
 * @param ignored a label that doesn't count; −1 for none besides those that the map leaves out
 * @param down the step between windows at the picture's own scale; 0 to resize the picture to the
 *     model's input
 * @param right likewise
 */
public record SegmentEvaluation(LabelMap map, int ignored, int down, int right) {
  /** What the model found in a picture, and its labels. */
  private record Found(ClassMap map, Image labels) {}

  /**
   * Runs all scenes through the model.
   *
   * @param done called after each scene
   * @return the pixels counted, by class of the model
   * @throws VitrineException naming the file whose labels don't fit the model or the picture
   */
  public Confusion run(Lanes lanes, LabelledScenes scenes, Runnable done) {
    PictureModel model = lanes.model();
    Counting counting = new Counting(model.model().info().labels(), done);
    if (down > 0) {
      for (Scene scene : scenes.scenes()) {
        Image labels = ImageReader.readNumbers(scene.labels(), lanes.maxPixels());
        Image picture = scene.read(lanes.maxPixels());
        Tensor scores = new SlidingWindow(down, right).scores(model, picture);
        ClassMap map = ClassMap.of(scores, 0, labels.height(), labels.width());
        counting.done(scene, new Found(map, labels));
      }
    } else {
      lanes.run(
          scenes.scenes(),
          (scene, _, outputs, index) -> {
            Image labels = ImageReader.readNumbers(scene.labels(), lanes.maxPixels());
            return new Found(whole(model, outputs, index, labels), labels);
          },
          counting);
    }
    return counting.all;
  }

  /** Counts pixels as pictures come. */
  private final class Counting implements Lanes.Sink<Scene, Found> {
    private final List<String> own;
    private final Runnable done;
    private Confusion all;

    Counting(List<String> own, Runnable done) {
      this.own = own;
      this.done = done;
    }

    @Override
    public void done(Scene scene, Found found) {
      if (all == null) {
        int classes = found.map.all() ? found.map.count() : 256;
        all = new Confusion(names(classes, found.map, own));
      }
      count(scene, found.labels.pixels(), found.map.classes().pixels(), table(scene), all);
      done.run();
    }

    @Override
    public void failed(Scene scene, String reason) {
      throw new VitrineException(reason);
    }
  }

  private int[] table(Scene scene) {
    LabelMap used = map != null ? map : LabelMap.of(scene.labels().getFileName().toString());
    return used.table(ignored);
  }

  private static ClassMap whole(
      PictureModel model, Map<String, Tensor> outputs, int index, Image labels) {
    VitrineException fault = null;
    for (Tensor output : outputs.values()) {
      try {
        return ClassMap.of(output, index, labels.height(), labels.width());
      } catch (VitrineException e) {
        fault = fault == null ? e : fault;
      }
    }
    throw new VitrineException(model.model().info().name() + ": " + fault.getMessage(), fault);
  }

  /** Names for as many classes as scores tell; a model that ends in ArgMax may have any. */
  private static List<String> names(int classes, ClassMap found, List<String> own) {
    Palette palette = found.all() ? Palette.standard(classes) : Palette.generated(classes);
    return new ArrayList<>(palette.withNames(own).names());
  }

  private void count(Scene scene, byte[] truth, byte[] found, int[] table, Confusion all) {
    int classes = all.classes().size();
    for (int i = 0; i < truth.length; i++) {
      int label = truth[i] & 0xff;
      int c = table[label];
      if (c == LabelMap.IGNORED) {
        continue;
      }
      if (c >= classes) {
        throw new VitrineException(
            "%s: has the label %d, but the model has %d classes; --label-map or --ignore may be needed"
                .formatted(scene.labels(), label, classes));
      }
      all.add(c, found[i] & 0xff);
    }
  }
}
