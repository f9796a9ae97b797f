package dev.vitrine.compiler.edit;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.Cast;
import java.util.List;

/**
 * Keeps a graph's weights in half precision, with a Cast before each, so that it computes in f32.
 */
public final class StoreWeights {
  /** Smaller constants are not worth a Cast. */
  private static final long SMALLEST = 1 << 10;

  private StoreWeights() {}

  /**
   * Changes the graph in place. Weights are rounded to nearest even; vectors, small constants, and
   * those with an element beyond the type's range stay f32.
   *
   * @param dtype f16 or bf16, or f32 to leave all as it is
   */
  public static void as(DType dtype, Graph graph) {
    switch (dtype) {
      case F32 -> {
        return;
      }
      case F16, BF16 -> {}
      default -> throw new VitrineException("weights can't be kept as " + dtype.text());
    }
    for (Value v : List.copyOf(graph.values())) {
      boolean weights =
          v.isConstant()
              && v.dtype() == DType.F32
              && v.shape().rank() > 1
              && v.shape().count() >= SMALLEST;
      if (!weights || v.users().isEmpty() || graph.isOutput(v)) {
        continue;
      }
      Tensor half = v.constant().cast(dtype);
      if (!fits(half, v.constant())) {
        continue;
      }
      Value kept = graph.constant(v.name() + "_" + dtype.text(), half);
      graph.placeAt(v.users().getFirst());
      Value cast = graph.addNamed(v.name() + "_f32", new Cast(DType.F32), kept);
      graph.placeAt(null);
      graph.replace(v, cast);
    }
    graph.removeDead();
  }

  private static boolean fits(Tensor half, Tensor whole) {
    for (long i = 0; i < half.count(); i++) {
      if (Double.isInfinite(half.real(i)) && !Double.isInfinite(whole.real(i))) {
        return false;
      }
    }
    return true;
  }
}
