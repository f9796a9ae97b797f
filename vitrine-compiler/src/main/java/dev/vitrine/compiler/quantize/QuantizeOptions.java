package dev.vitrine.compiler.quantize;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.graph.VitrineException;
import java.util.List;

/**
 * How a model is quantized. Immutable; each {@code with} method gives a changed copy.
 *
 * @param grade of the products
 * @param ranges of activations
 * @param smoothing of channels
 * @param biasCorrection whether the mean error on the calibration's rows goes into the bias
 * @param transformerLevel what is done for attention: 0 nothing; 1 channels between the values and
 *     the projection after attention are smoothed too; 2 attention's own products are computed on
 *     bytes as well
 * @param layers exceptions, by the names of the simplified graph
 * @param highestPrecision everything stays in float
 * @param targetCosine the cosine between the quantized and the float model's outputs that must be
 *     reached by taking sites back to float, the most sensitive first; 0 for none
 */
public record QuantizeOptions(
    Grade grade,
    Ranges ranges,
    Smoothing smoothing,
    boolean biasCorrection,
    int transformerLevel,
    List<LayerConfig> layers,
    boolean highestPrecision,
    double targetCosine) {
  public QuantizeOptions {
    layers = List.copyOf(layers);
    if (transformerLevel < 0 || transformerLevel > 2) {
      throw new VitrineException(
          "the level of transformer optimisation goes from 0 to 2, not " + transformerLevel);
    }
    if (!(targetCosine >= 0 && targetCosine < 1)) {
      throw new VitrineException(
          "the target cosine lies between 0 and 1, below 1; not " + targetCosine);
    }
  }

  /** Eight bits, activations by row, smoothing searched, biases corrected. */
  public static QuantizeOptions defaults() {
    return new QuantizeOptions(
        Grade.W8A8, Ranges.ROWS, Smoothing.SEARCHED, true, 1, List.of(), false, 0);
  }

  public QuantizeOptions withGrade(Grade to) {
    return new QuantizeOptions(
        to,
        ranges,
        smoothing,
        biasCorrection,
        transformerLevel,
        layers,
        highestPrecision,
        targetCosine);
  }

  public QuantizeOptions withRanges(Ranges to) {
    return new QuantizeOptions(
        grade,
        to,
        smoothing,
        biasCorrection,
        transformerLevel,
        layers,
        highestPrecision,
        targetCosine);
  }

  public QuantizeOptions withSmoothing(Smoothing to) {
    return new QuantizeOptions(
        grade,
        ranges,
        to,
        biasCorrection,
        transformerLevel,
        layers,
        highestPrecision,
        targetCosine);
  }

  public QuantizeOptions withBiasCorrection(boolean to) {
    return new QuantizeOptions(
        grade, ranges, smoothing, to, transformerLevel, layers, highestPrecision, targetCosine);
  }

  public QuantizeOptions withTransformerLevel(int to) {
    return new QuantizeOptions(
        grade, ranges, smoothing, biasCorrection, to, layers, highestPrecision, targetCosine);
  }

  public QuantizeOptions withLayers(List<LayerConfig> to) {
    return new QuantizeOptions(
        grade,
        ranges,
        smoothing,
        biasCorrection,
        transformerLevel,
        to,
        highestPrecision,
        targetCosine);
  }

  public QuantizeOptions withHighestPrecision(boolean to) {
    return new QuantizeOptions(
        grade, ranges, smoothing, biasCorrection, transformerLevel, layers, to, targetCosine);
  }

  public QuantizeOptions withTargetCosine(double to) {
    return new QuantizeOptions(
        grade, ranges, smoothing, biasCorrection, transformerLevel, layers, highestPrecision, to);
  }
}
