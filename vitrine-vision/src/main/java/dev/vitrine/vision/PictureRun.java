package dev.vitrine.vision;

import dev.vitrine.graph.Tensor;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Takes picture files through a model one after the other and keeps time. For one thread.
 *
 * <p>The phases are {@code decode}, {@code preprocess}, {@code model} and {@code post-process}.
 */
public final class PictureRun {
  private final PictureModel model;
  private final int times;
  private final long limit;
  private final Phases phases;
  private final Progress progress;
  private Repeats repeats = Repeats.NONE;
  private final DecodedAhead ahead;

  /**
   * @param times how often each picture goes through the model, for measuring
   * @param limit the most pixels that a picture may have
   * @param progress told of each time
   */
  public PictureRun(PictureModel model, int times, long limit, Phases phases, Progress progress) {
    this(model, times, limit, phases, progress, null);
  }

  /**
   * @param ahead a picture that the model was made with; null for none
   */
  public PictureRun(
      PictureModel model,
      int times,
      long limit,
      Phases phases,
      Progress progress,
      DecodedAhead ahead) {
    this.ahead = ahead;
    this.model = model;
    this.times = Math.max(1, times);
    this.limit = limit;
    this.phases = phases;
    this.progress = progress;
  }

  /**
   * Runs the model on a file.
   *
   * @param post makes the result from the decoded picture and the outputs by name
   */
  public <T> T run(Path file, BiFunction<Image, Map<String, Tensor>, T> post) {
    boolean begun = ahead != null && ahead.file().equals(file);
    Image picture = begun ? ahead.picture(phases) : decode(file);
    Tensor input =
        begun ? ahead.input(phases) : phases.time("preprocess", () -> model.prepare(picture));
    Map<String, Tensor> outputs = null;
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      outputs = model.run(input);
      long time = System.nanoTime() - start;
      phases.add("model", time);
      repeats = repeats.and(time / 1e6);
      progress.step();
    }
    Map<String, Tensor> last = outputs;
    return phases.time("post-process", () -> post.apply(picture, last));
  }

  /** Decodes a file. */
  public Image decode(Path file) {
    return phases.time("decode", () -> ImageReader.read(file, limit));
  }

  /** Of all the model's runs so far. */
  public Repeats repeats() {
    return repeats;
  }
}
