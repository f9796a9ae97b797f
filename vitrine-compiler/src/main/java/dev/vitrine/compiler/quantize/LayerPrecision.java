package dev.vitrine.compiler.quantize;

import dev.vitrine.graph.TensorType;

/**
 * How close a layer of the quantized model comes to the float model.
 *
 * @param operator the node's name
 * @param op its operation
 * @param output the value's name
 * @param type of the value
 * @param quantized whether the layer computes on integers
 * @param cosine between the quantized and the float value over all samples
 * @param mse the mean squared difference
 * @param worstChannel the index along the last axis of the least cosine
 * @param worstCosine that channel's cosine
 */
public record LayerPrecision(
    String operator,
    String op,
    String output,
    TensorType type,
    boolean quantized,
    double cosine,
    double mse,
    int worstChannel,
    double worstCosine) {}
