package dev.vitrine.engine.gen;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;

/** What a kernel is made from: a value, so that equal ones need generating once. */
public sealed interface Generator
    permits Gemm,
        Transpose,
        ColumnSoftmax,
        LayerNormRows,
        SoftmaxRows,
        GatherRows,
        Elementwise,
        WeightedSum,
        FmaLoop {
  /**
   * The kernel's stable name, for profiles and dumps; tells everything that its code depends on.
   */
  String name();

  Width width();

  /** The function; its one argument points to a block that the generator's {@code Arg} lays out. */
  Code generate(Abi abi);
}
