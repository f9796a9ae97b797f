package dev.vitrine.formats;

import dev.vitrine.graph.DType;
import java.util.List;

/**
 * What is known about a model besides its graph.
 *
 * @param name for people: the file's name without its ending, or the folder's
 * @param family such as {@code dinov2}, {@code swin}, {@code segformer}, {@code vit}; {@code onnx}
 *     when only the graph is known
 * @param architecture such as {@code ViT-S/14}; empty when unknown
 * @param task what the default outputs are for
 * @param parameters the number of elements of all weights
 * @param weights the element type of most weights, as stored
 * @param licence an SPDX name, or empty when the file doesn't say
 * @param preprocessing how pictures become the input; null when the model doesn't say
 * @param labels names of the classes, in order; empty when unknown
 */
public record ModelInfo(
    String name,
    String family,
    String architecture,
    Task task,
    long parameters,
    DType weights,
    String licence,
    Preprocessing preprocessing,
    List<String> labels) {
  private static final int SIDE = 518;

  /**
   * The same with another filter that pictures are resized with; where no preprocessing is stated
   * ImageNet's is.
   */
  public ModelInfo withInterpolation(Preprocessing.Interpolation filter) {
    Preprocessing how =
        preprocessing == null
            ? Preprocessing.imagenet(SIDE, SIDE, filter)
            : preprocessing.withInterpolation(filter);
    return new ModelInfo(
        name, family, architecture, task, parameters, weights, licence, how, labels);
  }

  /** What a model is for. */
  public enum Task {
    FEATURES,
    CLASSIFICATION,
    SEGMENTATION,
    UNKNOWN
  }
}
