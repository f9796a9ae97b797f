package dev.vitrine.features.embed;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageException;
import dev.vitrine.vision.resize.FloatMap;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Takes any number of pictures through a model: a vector, or a vector a patch, for each.
 *
 * <p>Each thread decodes, prepares and runs the model for batches of its own, so that decoding
 * overlaps with other threads' runs and no thread ever waits for another; a bounded number of
 * batches is under way. The same picture gives the same numbers whatever the number of threads, the
 * batch, and its neighbours. Safe for several threads.
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

  /** What becomes of a picture. */
  private sealed interface Outcome {
    void tell(Sink sink);
  }

  private record Done(Embedded picture) implements Outcome {
    @Override
    public void tell(Sink sink) {
      sink.embedded(picture);
    }
  }

  private record Failed(PictureSource picture, String reason) implements Outcome {
    @Override
    public void tell(Sink sink) {
      sink.failed(picture, reason);
    }
  }

  /** Batches for each thread that are under way or done and not taken yet. */
  private static final int AHEAD = 3;

  private final Model owned;
  private final PictureModel model;
  private final EmbedOptions options;
  private final int threads;
  private final Shape shape;

  private Embedder(Model owned, PictureModel model, EmbedOptions options, int threads) {
    this.owned = owned;
    this.threads = threads;
    this.model = model;
    this.options = options;
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
  public void embed(List<? extends PictureSource> pictures, Sink sink) {
    int batches = Math.ceilDiv(pictures.size(), model.batch());
    int lanes = Math.min(threads, batches);
    if (lanes == 0) {
      return;
    }
    // With less than a batch a thread, threads help one another with each.
    Function<Tensor, Map<String, Tensor>> run = batches < threads ? model::run : model::runAlone;
    ExecutorService workers = Executors.newFixedThreadPool(lanes, Embedder::lane);
    try {
      ArrayDeque<Future<List<Outcome>>> ahead = new ArrayDeque<>();
      int next = 0;
      for (int taken = 0; taken < batches; taken++) {
        for (; next < batches && ahead.size() < AHEAD * lanes; next++) {
          int from = next * model.batch();
          var part = pictures.subList(from, Math.min(pictures.size(), from + model.batch()));
          ahead.add(workers.submit(() -> batch(part, run)));
        }
        result(ahead.remove()).forEach(outcome -> outcome.tell(sink));
      }
    } finally {
      workers.shutdownNow();
    }
  }

  private static Thread lane(Runnable work) {
    Thread t = new Thread(null, work, "vitrine-embed", 0, false);
    t.setDaemon(true);
    return t;
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException x -> throw x;
        case Error x -> throw x;
        default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VitrineException("embedding was interrupted", e);
    }
  }

  /** Decodes pictures, runs the model on them and makes their vectors. */
  private List<Outcome> batch(
      List<? extends PictureSource> pictures, Function<Tensor, Map<String, Tensor>> run) {
    Image[] decoded = new Image[pictures.size()];
    String[] faults = new String[decoded.length];
    Tensor input = null;
    for (int i = 0; i < decoded.length; i++) {
      try {
        decoded[i] = pictures.get(i).read(options.maxPixels());
        input = put(model.prepare(decoded[i]), i, input);
      } catch (ImageException e) {
        faults[i] = e.getMessage();
      }
    }
    Map<String, Tensor> outputs = input == null ? Map.of() : run.apply(input);
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < decoded.length; i++) {
      PictureSource source = pictures.get(i);
      outcomes.add(
          faults[i] != null
              ? new Failed(source, faults[i])
              : outcome(source, decoded[i], outputs, i));
    }
    return outcomes;
  }

  /** Puts a picture's input at its place in the batch's. */
  private Tensor put(Tensor one, int index, Tensor batch) {
    if (model.batch() == 1) {
      return one;
    }
    Tensor all =
        batch != null
            ? batch
            : Tensor.zeros(one.dtype(), one.shape().with(0, Dim.of(model.batch())));
    long bytes = one.data().byteSize();
    all.data().asSlice(index * bytes, bytes).copyFrom(one.data());
    return all;
  }

  private Outcome outcome(
      PictureSource source, Image picture, Map<String, Tensor> outputs, int index) {
    float[] vector = options.pooling().vector(outputs, index, model.height(), model.width());
    if (!Vectors.isFinite(vector)) {
      return new Failed(source, source.name() + ": the model makes no finite numbers of it");
    }
    if (options.normalise()) {
      Vectors.normalise(vector, (int) shape.size(shape.rank() - 1));
    }
    return new Done(new Embedded(source, picture.height(), picture.width(), vector));
  }

  @Override
  public void close() {
    model.close();
    if (owned != null) {
      owned.close();
    }
  }
}
