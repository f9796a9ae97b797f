package dev.vitrine.features.embed;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageException;
import dev.vitrine.vision.resize.FloatMap;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes any number of pictures through a model: a vector, or a vector a patch, for each, by {@link
 * Lanes}. Safe for several threads.
 */
public final class Embedder implements AutoCloseable {
  /** Takes what comes out, in the order of the pictures, on the thread that called. */
  public interface Sink {
    void embedded(Embedded picture);

    /** A picture can't be read, or the model makes no numbers of it; the others go on. */
    void failed(PictureSource picture, String reason);
  }

  /**
   * A picture's vector.
   *
   * @param height of the picture as it was decoded, in pixels, as {@code width}
   * @param vector for {@link Pooling#PATCH} all patches, one after the other in rows
   */
  public record Embedded(PictureSource source, int height, int width, float[] vector) {}

  private final Model owned;
  private final PictureModel model;
  private final EmbedOptions options;
  private final Lanes lanes;
  private final Shape shape;

  private Embedder(Model owned, PictureModel model, EmbedOptions options, int threads) {
    this.owned = owned;
    this.model = model;
    this.options = options;
    this.lanes = new Lanes(model, threads, options.maxPixels());
    Map<String, Tensor> nothing = new LinkedHashMap<>();
    model.outputs().forEach((name, type) -> nothing.put(name, Tensor.zeros(type)));
    int length = options.pooling().vector(nothing, 0, model.height(), model.width()).length;
    if (options.pooling() == Pooling.PATCH) {
      FloatMap map = Pooling.patches(nothing, 0, model.height(), model.width());
      shape = Shape.of(map.height(), map.width(), map.channels());
    } else {
      shape = Shape.of(length);
    }
  }

  /**
   * Readies a model. The caller keeps it open until this is closed, and closes it.
   *
   * @param size of the model's input; null for what the model states
   * @param run threads, tier and warnings; the outputs are chosen here
   * @throws VitrineException when the model doesn't give what the options need
   */
  public static Embedder of(
      Model model, PictureModel.Size size, EmbedOptions options, Options run) {
    return of(null, model, size, options, run);
  }

  /** Opens a model with the outputs {@code cls} and {@code patch}, such as any DINOv2. */
  public static Embedder open(Path path, PictureModel.Size size, EmbedOptions options) {
    Model model = Model.open(path);
    try {
      return of(model, model, size, options, Options.defaults());
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static Embedder of(
      Model owned, Model model, PictureModel.Size size, EmbedOptions options, Options run) {
    for (String output : options.pooling().outputs()) {
      if (!model.outputs().contains(output)) {
        throw new VitrineException(
            "%s: has no output '%s' (it has %s); choose another --output or model"
                .formatted(model.info().name(), output, String.join(", ", model.outputs())));
      }
    }
    PictureModel pictures =
        PictureModel.of(
            model,
            size,
            PictureModel.Fit.STATED,
            options.batch(),
            run.outputs(options.pooling().outputs()),
            run.warnings());
    try {
      return new Embedder(owned, pictures, options, run.threads());
    } catch (RuntimeException e) {
      pictures.close();
      throw e;
    }
  }

  /**
   * The shape of a picture's vector: {@code [channels]}, or {@code [rows, columns, channels]} of
   * patches.
   */
  public Shape shape() {
    return shape;
  }

  public EmbedOptions options() {
    return options;
  }

  /**
   * What the vectors depend on, in text: the model by its name, size and element type, the input's
   * size and preprocessing, and how vectors are made.
   */
  public Map<String, String> about() {
    ModelInfo info = model.model().info();
    Map<String, String> about = new LinkedHashMap<>();
    about.put("model", info.name());
    about.put("parameters", info.parameters() + " " + info.weights().text());
    about.put("input", model.height() + "x" + model.width());
    about.put("preprocessing", model.preprocessing().toString());
    about.put("output", options.pooling().text());
    about.put("normalised", String.valueOf(options.normalise()));
    return about;
  }

  /** How a picture becomes the model's input. */
  public Preprocessing preprocessing() {
    return model.preprocessing();
  }

  /**
   * The vector of one picture, of the length of {@link #shape()}.
   *
   * @throws VitrineException when it is not made of finite numbers
   */
  public float[] embed(Image picture) {
    PictureSource source = PictureSource.of("the picture", picture);
    float[][] out = new float[1][];
    embed(
        List.of(source),
        new Sink() {
          @Override
          public void embedded(Embedded e) {
            out[0] = e.vector();
          }

          @Override
          public void failed(PictureSource s, String reason) {
            throw new VitrineException(reason);
          }
        });
    return out[0];
  }

  /**
   * Embeds pictures. What comes out goes to the sink in the order of the pictures, on the caller's
   * thread; a picture that fails doesn't hold up the others.
   */
  public void embed(List<PictureSource> pictures, Sink sink) {
    lanes.run(
        pictures,
        this::made,
        new Lanes.Sink<PictureSource, Embedded>() {
          @Override
          public void done(PictureSource source, Embedded made) {
            sink.embedded(made);
          }

          @Override
          public void failed(PictureSource source, String reason) {
            sink.failed(source, reason);
          }
        });
  }

  private Embedded made(
      PictureSource source, PictureModel.Size size, Map<String, Tensor> outputs, int index) {
    float[] vector = options.pooling().vector(outputs, index, model.height(), model.width());
    if (!Vectors.isFinite(vector)) {
      throw new ImageException(source.name() + ": the model makes no finite numbers of it");
    }
    if (options.normalise()) {
      Vectors.normalise(vector, (int) shape.size(shape.rank() - 1));
    }
    return new Embedded(source, size.height(), size.width(), vector);
  }

  @Override
  public void close() {
    model.close();
    if (owned != null) {
      owned.close();
    }
  }
}
