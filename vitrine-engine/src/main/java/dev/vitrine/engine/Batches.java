package dev.vitrine.engine;

import dev.vitrine.engine.packed.PackedModel;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Runs a batch that a file has no program for as several that it has. */
final class Batches {
  private Batches() {}

  /**
   * Into which batches one is cut: each the largest that there is for what is left.
   *
   * @param shapes of all inputs, by name
   * @return empty where there is a program for the whole, or there are none for the parts
   */
  static List<Long> cut(PackedModel model, Map<String, Shape> shapes) {
    Shape first = shapes.isEmpty() ? Shape.SCALAR : shapes.values().iterator().next();
    boolean together =
        shapes.values().stream().allMatch(s -> s.rank() > 0 && s.dim(0).equals(first.dim(0)));
    if (first.rank() == 0 || !together || model.has(shapes)) {
      return List.of();
    }
    List<Long> out = new ArrayList<>();
    for (long left = first.size(0); left > 0; left -= out.getLast()) {
      long n = model.largestBatch(shapes, left);
      if (n == 0) {
        return List.of();
      }
      out.add(n);
    }
    return out;
  }

  /** Runs the parts of a batch in turn and puts what they give together. */
  static Map<String, Tensor> run(
      List<Long> parts,
      Map<String, Tensor> inputs,
      Function<Map<String, Tensor>, Map<String, Tensor>> part) {
    Map<String, List<Tensor>> results = new LinkedHashMap<>();
    long at = 0;
    for (long n : parts) {
      Map<String, Tensor> some = new LinkedHashMap<>();
      for (Map.Entry<String, Tensor> e : inputs.entrySet()) {
        some.put(e.getKey(), rows(e.getValue(), at, n));
      }
      part.apply(some)
          .forEach(
              (name, t) -> {
                if (t.rank() == 0 || t.size(0) != n) {
                  throw new VitrineException(
                      "output '%s' is %s for a batch of %d; batches can't be put together"
                          .formatted(name, t.type(), n));
                }
                results.computeIfAbsent(name, _ -> new ArrayList<>()).add(t);
              });
      at += n;
    }
    Map<String, Tensor> out = new LinkedHashMap<>();
    results.forEach((name, list) -> out.put(name, joined(list)));
    return out;
  }

  private static Tensor rows(Tensor t, long from, long n) {
    long bytes = t.data().byteSize() / t.size(0);
    return Tensor.of(
        t.dtype(), t.shape().with(0, Dim.of(n)), t.data().asSlice(from * bytes, n * bytes));
  }

  private static Tensor joined(List<Tensor> parts) {
    long n = parts.stream().mapToLong(t -> t.size(0)).sum();
    Tensor out =
        Tensor.zeros(parts.getFirst().dtype(), parts.getFirst().shape().with(0, Dim.of(n)));
    long at = 0;
    for (Tensor t : parts) {
      out.data().asSlice(at, t.data().byteSize()).copyFrom(t.data());
      at += t.data().byteSize();
    }
    return out;
  }
}
