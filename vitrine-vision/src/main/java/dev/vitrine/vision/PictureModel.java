package dev.vitrine.vision;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Session;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.Image;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A model with one input for pictures, at one size: what it takes is made from any picture. Safe
 * for several threads. Closing it leaves the model open.
 *
 * <p>It takes {@link #batch()} pictures at a time, one unless it was made for more.
 */
public final class PictureModel implements AutoCloseable {
  /** How a picture comes to the input's size. */
  public enum Fit {
    /** As the model states it, which may crop. */
    STATED,
    /** All of the picture, its aspect changed, so that outputs can be laid over it. */
    WHOLE
  }

  /** Where neither the caller nor the model says: the size that DINOv2 was trained at last. */
  private static final Size DEFAULT = new Size(518, 518);

  /** The most pictures at a time. */
  private static final int MOST = 1024;

  /** Height and width in pixels. */
  public record Size(int height, int width) {
    public Size {
      if (height < 1 || width < 1) {
        throw new VitrineException(
            "the size " + height + "×" + width + " is empty; use such as 518x518");
      }
    }

    @Override
    public String toString() {
      return height + "×" + width;
    }
  }

  private final Model model;
  private final ModelInput input;
  private final Preprocessing preprocessing;
  private final Preprocessor preprocessor;
  private final int batch;
  private final Session session;
  private final TensorType one;

  private PictureModel(
      Model model,
      ModelInput input,
      Preprocessing how,
      int batch,
      Options options,
      DecodedAhead first) {
    this.model = model;
    this.input = input;
    this.preprocessing = how;
    this.preprocessor = new Preprocessor(how);
    this.batch = batch;
    boolean last = Preprocessor.isChannelsLast(input.type());
    this.one = input.type().with(shape(1, how, last));
    if (first != null) {
      TensorType type = one;
      first.prepare(picture -> preprocessor.apply(picture, type));
    }
    this.session = model.session(shape(batch, how, last), options);
  }

  private static Shape shape(int batch, Preprocessing how, boolean channelsLast) {
    return channelsLast
        ? Shape.of(batch, how.height(), how.width(), 3)
        : Shape.of(batch, 3, how.height(), how.width());
  }

  /**
   * Readies a model for pictures.
   *
   * @param wanted the input's size; null for the one that the model states. Where the model takes
   *     only multiples of a number, the nearest is used and {@code notes} told.
   * @param fit ignored when a size is wanted: then all of the picture is resized to it
   * @param notes gets a line about what was chosen in place of what was asked for or not stated
   */
  public static PictureModel of(
      Model model, Size wanted, Fit fit, Options options, Consumer<String> notes) {
    return of(model, wanted, fit, 1, options, notes, null);
  }

  /** As above, and begins to prepare a picture while the session is made. */
  public static PictureModel of(
      Model model,
      Size wanted,
      Fit fit,
      Options options,
      Consumer<String> notes,
      DecodedAhead first) {
    return of(model, wanted, fit, 1, options, notes, first);
  }

  /**
   * As above for several pictures at a time.
   *
   * @param batch how many; a model whose batch is fixed takes one all the same
   */
  public static PictureModel of(
      Model model, Size wanted, Fit fit, int batch, Options options, Consumer<String> notes) {
    return of(model, wanted, fit, batch, options, notes, null);
  }

  private static PictureModel of(
      Model model,
      Size wanted,
      Fit fit,
      int batch,
      Options options,
      Consumer<String> notes,
      DecodedAhead first) {
    if (batch < 1 || batch > MOST) {
      throw new VitrineException("the batch is " + batch + "; it goes from 1 to " + MOST);
    }
    String name = model.info().name();
    ModelInput input = model.inputs().getFirst();
    Shape shape = input.type().shape();
    boolean pictures =
        model.inputs().size() == 1
            && shape.rank() == 4
            && (input.type().dtype().isFloat() || input.type().dtype() == DType.U8)
            && (!shape.dim(0).isStatic() || shape.dim(0).is(1))
            && (shape.dim(1).is(3) || shape.dim(3).is(3));
    if (!pictures) {
      throw new VitrineException(
          name + ": takes " + input.type() + ", not one picture [1, 3, height, width]; use run");
    }
    Preprocessing stated = model.info().preprocessing();
    if (stated == null) {
      notes.accept(
          name + " doesn't state its preprocessing; using ImageNet's mean and deviation, bicubic");
      stated =
          Preprocessing.imagenet(
              DEFAULT.height(), DEFAULT.width(), Preprocessing.Interpolation.BICUBIC);
    }
    Size size = size(name, input, wanted, new Size(stated.height(), stated.width()), notes);
    boolean asStated =
        fit == Fit.STATED
            && wanted == null
            && size.equals(new Size(stated.height(), stated.width()));
    Preprocessing how = asStated ? stated : stated.withSize(size.height(), size.width());
    return new PictureModel(model, input, how, shape.dim(0).isStatic() ? 1 : batch, options, first);
  }

  private static Size size(
      String name, ModelInput input, Size wanted, Size stated, Consumer<String> notes) {
    Size asked = wanted == null ? stated : wanted;
    int first = Preprocessor.isChannelsLast(input.type()) ? 1 : 2;
    Dim height = input.type().shape().dim(first);
    Dim width = input.type().shape().dim(first + 1);
    Size taken =
        new Size(
            height.isStatic() ? (int) height.size() : nearest(asked.height(), input.multiple()),
            width.isStatic() ? (int) width.size() : nearest(asked.width(), input.multiple()));
    if (wanted != null && !taken.equals(wanted)) {
      if (height.isStatic() || width.isStatic()) {
        throw new VitrineException(name + ": its size is fixed at " + taken + ", not " + wanted);
      }
      notes.accept("%s is no multiple of %d; using %s".formatted(wanted, input.multiple(), taken));
    }
    return taken;
  }

  private static int nearest(int side, int multiple) {
    return Math.max(1, Math.toIntExact(Math.round((double) side / multiple))) * multiple;
  }

  public Model model() {
    return model;
  }

  public int height() {
    return preprocessing.height();
  }

  public int width() {
    return preprocessing.width();
  }

  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** How many pictures a run takes. */
  public int batch() {
    return batch;
  }

  /** The types of the outputs by name, in order. */
  public Map<String, TensorType> outputs() {
    Map<String, TensorType> types = new LinkedHashMap<>();
    session.program().outputs().forEach(port -> types.put(port.name(), port.type()));
    return types;
  }

  /** The input for a picture, of the model's element type and layout. */
  public Tensor prepare(Image picture) {
    return preprocessor.apply(picture, one);
  }

  /**
   * Runs the model on prepared pictures, one after the other in one tensor: fresh tensors by output
   * name.
   */
  public Map<String, Tensor> run(Tensor prepared) {
    return session.run(Map.of(input.name(), prepared));
  }

  /** As {@link #run(Tensor)} on the caller's thread alone, for callers on many threads. */
  public Map<String, Tensor> runAlone(Tensor prepared) {
    return session.runAlone(Map.of(input.name(), prepared));
  }

  /** Runs a model of batch 1 on a picture. */
  public Map<String, Tensor> run(Image picture) {
    return run(prepare(picture));
  }

  @Override
  public void close() {
    session.close();
  }
}
