package dev.vitrine.compiler.quantize;

import dev.vitrine.compiler.fused.Grade;

/**
 * What became of one product with constant weights.
 *
 * @param name of the product's output in the fused graph; the quantized graph has it too
 * @param layer the nodes of the simplified graph that it computes, for people
 * @param depth K of x[…, K] · w[K, N]
 * @param columns N
 * @param grade null where the product stays in float
 * @param why it stays in float, or null
 * @param source what its channels were smoothed at, such as a LayerNormalization's name; null where
 *     nothing can take factors
 * @param strength of smoothing; 0 for off
 * @param clip the mean ratio of the columns' ranges to their largest weights
 * @param error ‖quantized − float‖ ÷ ‖float‖ of the product's results on the calibration's rows
 * @param lo the least number that calibration saw in x
 * @param hi the greatest
 */
public record Site(
    String name,
    String layer,
    long depth,
    long columns,
    Grade grade,
    String why,
    String source,
    double strength,
    double clip,
    double error,
    float lo,
    float hi) {
  public boolean isQuantized() {
    return grade != null;
  }
}
