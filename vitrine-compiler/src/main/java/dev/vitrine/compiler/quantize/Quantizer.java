package dev.vitrine.compiler.quantize;

import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.util.Map;

/** Quantizes models after training. */
public final class Quantizer {
  private Quantizer() {}

  /**
   * Quantizes a model.
   *
   * @param model a simplified graph; it is not changed
   * @param samples inputs by name; gone through once, and again where a target must be reached.
   *     With none, activations must be quantized by row: ranges, smoothing and bias correction need
   *     samples
   * @param executor runs the float graph, and the quantized one where a target must be reached
   * @throws VitrineException when a selector matches nothing, or samples are missing
   */
  public static QuantizedModel quantize(
      Graph model,
      Iterable<Map<String, Tensor>> samples,
      QuantizeOptions options,
      Executor executor,
      QuantizeProgress progress) {
    return new Quantization(model, options, executor, progress).run(samples);
  }
}
