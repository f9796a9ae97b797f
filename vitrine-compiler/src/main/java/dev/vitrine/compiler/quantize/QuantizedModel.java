package dev.vitrine.compiler.quantize;

import dev.vitrine.compiler.edit.StoreWeights;
import dev.vitrine.compiler.fuse.Unfuser;
import dev.vitrine.compiler.simplify.Simplifier;
import dev.vitrine.graph.Graph;
import java.util.List;

/**
 * A quantized model with the account of how it came about.
 *
 * @param graph the fused graph with quantized products
 * @param reference the fused float graph, its channels smoothed: inner values of the same name
 *     correspond
 * @param sites every product with constant weights, in the order in which they run
 * @param ladder how sites went back to float for the target; empty without a target
 */
public record QuantizedModel(Graph graph, Graph reference, List<Site> sites, List<Rung> ladder) {
  public QuantizedModel {
    sites = List.copyOf(sites);
    ladder = List.copyOf(ladder);
  }

  /**
   * The quantized graph in operations of ONNX (opset 21 has them all): products of bytes as
   * QuantizeLinear, DequantizeLinear and MatMul, other weights as f16 where that loses nothing.
   * Fresh.
   */
  public Graph onnx() {
    Graph out = graph.copy();
    Unfuser.unfuse(out);
    Simplifier.simplify(out, Simplifier.Options.defaults());
    StoreWeights.exactly(out);
    return out;
  }
}
