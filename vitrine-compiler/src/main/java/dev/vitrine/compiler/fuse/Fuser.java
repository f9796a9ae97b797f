package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.rewrite.Pass;
import dev.vitrine.compiler.rewrite.PassManager;
import dev.vitrine.compiler.simplify.Simplifier;
import dev.vitrine.graph.Graph;
import java.util.ArrayList;
import java.util.List;

/**
 * Rewrites a simplified graph into what the engine has kernels for: Linear, FusedAttention,
 * PatchEmbedding, convolutions with channels last, Gate, and Gather for moving rows. The result is
 * no ONNX graph any more; it computes the same in real arithmetic.
 */
public final class Fuser {
  private Fuser() {}

  /** Changes the graph in place. What was nearly fused is in the result, with reasons. */
  public static PassManager.Result fuse(Graph graph, PassManager.Options options) {
    Pass tidying = Simplifier.tidying(graph);
    List<Pass> passes = new ArrayList<>();
    passes.add(tidying);
    passes.add(Pass.of("spelt", new SpellQuantized()));
    passes.add(
        Pass.of(
            "bytes", new FuseQuantizeRows(), new FuseQuantizedProduct(), new FuseIntegerProduct()));
    passes.add(Pass.of("integers", new FuseIntegerSums()));
    // What is left of quantization when all products of bytes are found.
    passes.add(
        Pass.of(
            "rounding",
            new LiftDequantize(),
            new FuseFakeQuantize(),
            new DropFakeQuantize(),
            new SpellDynamic(),
            new FoldWeights()));
    passes.addAll(Simplifier.normalising(graph));
    passes.add(Pass.of("attention", new FuseAttention(), new FuseAttentionOp()));
    passes.add(
        Pass.of("channels-last", new FusePatchEmbedding(), new ConvChannelsLast())
            .with(tidying)
            .with(Pass.of("", new SinkTranspose(), new SinkViews())));
    passes.add(
        Pass.of(
            "linear",
            new FuseProduct(),
            new FuseGemm(),
            new FuseSwish(),
            new FuseGate(),
            new FuseGatedLinears(),
            new LinearBeforeResize(),
            new MergeLinears(),
            new FuseEpilogue()));
    passes.add(
        Pass.of("demand", new SliceBefore(), new RowsOfColumns(), new DropColumns()).with(tidying));
    passes.add(Pass.of("parallel", new MergeParallelLinears()));
    passes.add(Pass.of("rows", new GatherRows()));
    return PassManager.run(graph, passes, options);
  }
}
