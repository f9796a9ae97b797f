package dev.vitrine.compiler.check;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Seeded inputs for a graph: normal for floating types, 0 or 1 for the others. */
public final class RandomInputs {
  private RandomInputs() {}

  /**
   * One tensor for each input. The same seed gives the same tensors.
   *
   * @param sizes what to take for named dimensions; a name that is not in it takes 1 on the first
   *     axis
   * @throws GraphException for a named dimension on another axis that is not in {@code sizes}
   */
  public static Map<String, Tensor> of(Graph graph, Map<String, Long> sizes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (Value input : graph.inputs()) {
      out.put(input.name(), tensor(new TensorType(input.dtype(), shape(input, sizes)), random));
    }
    return out;
  }

  /** A tensor of such values. */
  public static Tensor tensor(TensorType type, SplittableRandom random) {
    Tensor t = Tensor.zeros(type);
    long n = t.count();
    for (long i = 0; i < n; i++) {
      if (type.dtype().isFloat()) {
        t.set(i, random.nextGaussian());
      } else {
        t.set(i, random.nextLong(2));
      }
    }
    return t;
  }

  private static Shape shape(Value input, Map<String, Long> sizes) {
    if (!input.type().isKnown()) {
      throw new GraphException("input '" + input.name() + "' has no known type; state its shape");
    }
    Shape shape = input.shape();
    for (int i = 0; i < shape.rank(); i++) {
      Dim d = shape.dim(i);
      if (!d.isStatic()) {
        Long size = sizes.get(d.toString());
        if (size == null && i > 0) {
          throw new GraphException(
              "input '"
                  + input.name()
                  + "' is "
                  + shape
                  + "; state its shape, such as "
                  + input.name()
                  + ":1x3x224x224");
        }
        shape = shape.with(i, Dim.of(size == null ? 1 : size));
      }
    }
    return shape;
  }
}
