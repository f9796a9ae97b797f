/**
 * Post-training quantization: float products with constant weights become products of eight-bit
 * integers, chosen from calibration samples and reported site by site.
 *
 * <p>The method: weights are integers by output column with a clip ratio that minimises the squared
 * error; activations are quantized by row while running, or over one calibrated range; channels
 * that stand out are evened out by factors folded into the weights before them, with a strength
 * searched site by site; the mean error goes into the bias. Normalisation, softmax, activations,
 * residuals, the embedding of patches and heads stay in float.
 */
package dev.vitrine.compiler.quantize;
