package dev.vitrine.compiler.edit;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.Cast;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Predicate;

/**
 * Keeps a graph's weights in half precision, with a Cast before each, so that it computes in f32.
 */
public final class StoreWeights {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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
    for (Value v : weights(graph)) {
      Tensor half = v.constant().cast(dtype);
      if (fits(half, v.constant())) {
        keep(half, v, graph);
      }
    }
    graph.removeDead();
  }

  /** Keeps as f16 what loses nothing by it. Changes the graph in place. */
  public static void exactly(Graph graph) {
    for (Value v : weights(graph)) {
      Tensor half = exact(v.constant());
      if (half != null) {
        keep(half, v, graph);
      }
    }
    graph.removeDead();
  }

  /** The same numbers as f16; null where some are not, or the tensor is small. */
  public static Tensor exact(Tensor t) {
    if (t.dtype() != DType.F32 || t.count() < SMALLEST) {
      return null;
    }
    MemorySegment data = t.data();
    for (long i = 0; i < t.count(); i++) {
      float x = data.get(FLOAT, i * Float.BYTES);
      if (Float.float16ToFloat(Float.floatToFloat16(x)) != x) {
        return null;
      }
    }
    return t.cast(DType.F16);
  }

  /**
   * Rounds weights to what f16 can hold, which keeps them f32.
   *
   * @param which of them
   */
  public static void round(Graph graph, Predicate<Value> which) {
    for (Value v : weights(graph)) {
      Tensor half = v.constant().cast(DType.F16);
      if (which.test(v) && fits(half, v.constant())) {
        graph.replace(v, graph.constant(v.name(), half.cast(DType.F32)));
      }
    }
    graph.removeDead();
  }

  private static List<Value> weights(Graph graph) {
    return graph.values().stream()
        .filter(v -> v.isConstant() && v.dtype() == DType.F32)
        .filter(v -> v.shape().rank() > 1 && v.shape().count() >= SMALLEST)
        .filter(v -> !v.users().isEmpty() && !graph.isOutput(v))
        .toList();
  }

  private static void keep(Tensor half, Value v, Graph graph) {
    Value kept = graph.constant(v.name() + "_" + half.dtype().text(), half);
    graph.placeAt(v.users().getFirst());
    Value cast = graph.addNamed(v.name() + "_f32", new Cast(DType.F32), kept);
    graph.placeAt(null);
    graph.replace(v, cast);
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
