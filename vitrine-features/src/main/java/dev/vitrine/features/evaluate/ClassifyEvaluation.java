package dev.vitrine.features.evaluate;

import dev.vitrine.features.data.LabelledPictures;
import dev.vitrine.features.embed.Lanes;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.task.Labels;
import java.util.List;
import java.util.Map;

/**
 * How often a classifier is right.
 *
 * @param labels names of the model's answers; null for the model's own, or the standard ones
 */
public record ClassifyEvaluation(List<String> labels) {
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
  public Result run(Lanes lanes, LabelledPictures data, Listener listener) {
    PictureModel model = lanes.model();
    Counting counting = new Counting(model, data, listener);
    lanes.run(data.pictures(), (_, _, outputs, index) -> scores(model, outputs, index), counting);
    if (counting.hits == null) {
      throw new VitrineException("none of the " + data.count() + " pictures can be read");
    }
    return new Result(counting.hits, counting.skipped);
  }

  /** Counts scores as they come, in the order of the pictures. */
  private final class Counting implements Lanes.Sink<PictureSource, double[]> {
    private final PictureModel model;
    private final LabelledPictures data;
    private final Listener listener;
    private TopHits hits;
    private int seen;
    private int skipped;

    Counting(PictureModel model, LabelledPictures data, Listener listener) {
      this.model = model;
      this.data = data;
      this.listener = listener;
    }

    @Override
    public void done(PictureSource source, double[] scores) {
      if (hits == null) {
        int count = scores.length;
        List<String> names = labels != null ? labels : Labels.of(model.model().info(), count);
        List<String> known = names.subList(0, Math.min(count, names.size()));
        hits = new TopHits(data.classes(), ClassNames.match(data.classes(), known), count);
      }
      hits.add(data.labels().get(seen++), scores);
      listener.step();
    }

    @Override
    public void failed(PictureSource source, String reason) {
      seen++;
      skipped++;
      listener.skipped(source, reason);
      listener.step();
    }
  }

  /** A picture's score of each class. */
  private static double[] scores(PictureModel model, Map<String, Tensor> outputs, int index) {
    Tensor all = outputs.values().iterator().next();
    long count = all.rank() == 0 ? 0 : all.shape().count(1, all.rank());
    long most = 0;
    for (int axis = 1; axis < all.rank(); axis++) {
      most = Math.max(most, all.size(axis));
    }
    boolean each = all.rank() >= 2 && all.size(0) == model.batch();
    if (!each || !all.dtype().isFloat() || most != count || most < 2) {
      throw new VitrineException(
          model.model().info().name()
              + ": an output "
              + all.type()
              + " is no list of classes; use a classifier");
    }
    double[] out = new double[Math.toIntExact(count)];
    for (int i = 0; i < out.length; i++) {
      out[i] = all.real(index * count + i);
    }
    return out;
  }
}
