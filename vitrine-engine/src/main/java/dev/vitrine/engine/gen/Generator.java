package dev.vitrine.engine.gen;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Isa;
import java.util.Set;

/** What a kernel is made from: a value, so that equal ones need generating once. */
public sealed interface Generator
    permits Gemm,
        QuantizedGemm,
        MatrixGemm,
        MatrixSums,
        Parts,
        Transpose,
        Scores,
        Attention,
        AttentionRows,
        MatrixAttention,
        MatrixPowers,
        LayerNormRows,
        QuantizedRows,
        SignedRows,
        BlockMix,
        BlockFactors,
        BlockWeights,
        CallLoop,
        SoftmaxRows,
        GatherRows,
        MixedRows,
        MixedPixels,
        BlockTransform,
        WiderRow,
        ColourRow,
        PanelSums,
        Elementwise,
        WeightedSum,
        FmaLoop {
  /**
   * The kernel's stable name, for profiles and dumps; tells everything that its code depends on.
   */
  String name();

  Width width();

  /** The instruction sets that a machine must have. */
  default Set<Isa> sets() {
    return width().sets();
  }

  /** The function; its one argument points to a block that the generator's {@code Arg} lays out. */
  Code generate(Abi abi);
}
