package dev.vitrine.features.evaluate;

import dev.vitrine.features.data.LabelledPictures;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageException;
import dev.vitrine.vision.task.Labels;
import java.util.List;

/**
 * How often a classifier is right.
 *
 * @param labels names of the model's answers; null for the model's own, or the standard ones
 * @param maxPixels the largest picture that is decoded
 */
public record ClassifyEvaluation(List<String> labels, long maxPixels) {
  /** Told how it goes on. */
  public interface Listener {
    /** One more picture is done. */
    void step();

    /** A picture can't be read and doesn't count. */
    void skipped(PictureSource picture, String reason);
  }

  /**
   * What came out.
   *
   * @param skipped pictures that can't be read
   */
  public record Result(TopHits hits, int skipped) {}

  /**
   * Runs all pictures through the model.
   *
   * @throws VitrineException when a class of the data is none of the model's, or the model is no
   *     classifier
   */
  public Result run(PictureModel model, LabelledPictures data, Listener listener) {
    TopHits hits = null;
    int skipped = 0;
    for (int i = 0; i < data.count(); i++) {
      PictureSource source = data.pictures().get(i);
      try {
        Image picture = source.read(maxPixels);
        Tensor scores = scores(model, picture);
        if (hits == null) {
          List<String> names = labels != null ? labels : Labels.of(model.model().info(), scores);
          int count = Math.toIntExact(scores.count());
          List<String> known = names.subList(0, Math.min(count, names.size()));
          hits = new TopHits(data.classes(), ClassNames.match(data.classes(), known), count);
        }
        hits.add(data.labels().get(i), reals(scores));
      } catch (ImageException e) {
        skipped++;
        listener.skipped(source, e.getMessage());
      }
      listener.step();
    }
    if (hits == null) {
      throw new VitrineException("none of the " + data.count() + " pictures can be read");
    }
    return new Result(hits, skipped);
  }

  private static Tensor scores(PictureModel model, Image picture) {
    Tensor scores = model.run(picture).values().iterator().next();
    boolean list = scores.dtype().isFloat() && scores.rank() >= 2 && scores.size(0) == 1;
    long most = 0;
    for (int axis = 1; axis < scores.rank(); axis++) {
      most = Math.max(most, scores.size(axis));
    }
    if (!list || most != scores.count() || most < 2) {
      throw new VitrineException(
          model.model().info().name()
              + ": an output "
              + scores.type()
              + " is no list of classes; use a classifier");
    }
    return scores;
  }

  private static double[] reals(Tensor t) {
    double[] out = new double[Math.toIntExact(t.count())];
    for (int i = 0; i < out.length; i++) {
      out[i] = t.real(i);
    }
    return out;
  }
}
