package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.KernelSet;

/** Plain Java for every kind of step but reference evaluation. */
public final class PortableKernels implements KernelSet {
  @Override
  public String name() {
    return "portable";
  }

  @Override
  public Kernel bind(Step step, Constants constants) {
    return switch (step) {
      case Step.Product s -> Gemms.product(s, constants);
      case Step.QuantizeRows s -> new QuantizeKernel(s, constants);
      case Step.QuantizedProduct s -> new QuantizedProductKernel(s, null, constants);
      case Step.Coded s -> coded(s, constants);
      case Step.Convolution s ->
          s.isDepthwise() ? new DepthwiseKernel(s, constants) : Gemms.convolution(s, constants);
      case Step.QuantizedAttention s -> new QuantizedAttentionKernel(s, constants);
      case Step.Attention s -> new AttentionKernel(s, constants);
      case Step.LayerNorm s -> RowKernel.layerNorm(s, null, constants);
      case Step.Softmax s -> RowKernel.softmax(s, constants);
      case Step.Elementwise s -> new ElementwiseKernel(s, constants);
      case Step.Copy s -> new CopyKernel(s, constants);
      case Step.Gather s -> new GatherKernel(s, constants);
      case Step.Fill s -> new FillKernel(s, constants);
      case Step.Resample s -> new ResampleKernel(s, constants);
      case Step.Reduce s -> new ReduceKernel(s, constants);
      case Step.Colours s -> new ColoursKernel(s, constants);
      case Step.Pool s -> new PoolKernel(s, constants);
      case Step.Reference _ -> null;
    };
  }

  private static Kernel coded(Step.Coded s, Constants constants) {
    RowCodes codes = new RowCodes(s.out(), s.given(), constants);
    return switch (s.producer()) {
      case Step.LayerNorm l -> RowKernel.layerNorm(l, codes, constants);
      case Step.QuantizedProduct p -> new QuantizedProductKernel(p, codes, constants);
      default -> throw new IllegalArgumentException(s.toString());
    };
  }
}
