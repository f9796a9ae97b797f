package dev.vitrine.compiler.quantize;

import java.util.Objects;

/**
 * What some layers are to be computed in. A layer is quantized when both its activations and its
 * weights are; configurations by name go before those by operation, those before subgraphs, and
 * earlier ones before later ones of the same kind.
 */
public record LayerConfig(Selector selector, DataType activations, DataType weights) {
  public LayerConfig {
    Objects.requireNonNull(selector);
    Objects.requireNonNull(activations);
    Objects.requireNonNull(weights);
  }

  boolean isQuantized() {
    return activations.isQuantized() && weights.isQuantized();
  }
}
