package dev.vitrine.vision;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.AwtImages;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.FloatMap;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Features of pictures: vectors whose cosine tells how alike two pictures are, or one vector a
 * patch. Safe for several threads.
 */
public final class FeatureExtractor implements AutoCloseable {
  private static final String CLS = "cls";
  private static final String PATCH = "patch";

  private final Model model;
  private final PictureModel pictures;

  private FeatureExtractor(Model model, PictureModel pictures) {
    this.model = model;
    this.pictures = pictures;
  }

  /**
   * The model that comes with Vitrine, at the size of its training.
   *
   * @throws VitrineException when it is not there: the system property {@code vitrine.home} names
   *     the installation or checkout whose folder {@code models} it is in; else the current folder
   *     counts
   */
  public static FeatureExtractor dinov2Small() {
    return open(Path.of(System.getProperty("vitrine.home", ""), "models", "dinov2-small"), null);
  }

  /**
   * Opens a model with the outputs {@code cls} and {@code patch}, such as any DINOv2.
   *
   * @param size of the input; null for what the model states
   */
  public static FeatureExtractor open(Path path, PictureModel.Size size) {
    if (Files.notExists(path)) {
      throw new VitrineException(
          path + ": no such model; set -Dvitrine.home to Vitrine's folder, or name another model");
    }
    Model model = Model.open(path);
    try {
      Options options = Options.defaults().outputs(CLS, PATCH);
      PictureModel.Fit fit = PictureModel.Fit.STATED;
      return new FeatureExtractor(
          model, PictureModel.of(model, size, fit, options, options.warnings()));
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** The class token: one vector for the whole picture. */
  public float[] extract(Image picture) {
    return pictures.run(picture).get(CLS).toFloats();
  }

  /** The class token: one vector for the whole picture. */
  public float[] extract(BufferedImage picture) {
    return extract(AwtImages.of(picture));
  }

  /** A vector for each patch, laid out as the patches lie on the picture. */
  public FloatMap patches(Image picture) {
    return PatchGrid.of(pictures.run(picture).get(PATCH), pictures.height(), pictures.width());
  }

  @Override
  public void close() {
    pictures.close();
    model.close();
  }
}
