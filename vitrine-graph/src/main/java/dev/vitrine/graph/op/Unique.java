package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The distinct slices along an axis, {@code sorted} or in the order of their first occurrence.
 * Further outputs, i64: where each first occurs; which one each slice of the input is; how often
 * each occurs. ONNX Unique, opset 11; its form without an axis is this one on the flattened input.
 */
public record Unique(long axis, boolean sorted) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    int at = s.axis(axis);
    Dim count = in.isKnown(0) ? Dim.of(groups(in.tensor(0)).size()) : in.fresh(0);
    TensorType list = new TensorType(DType.I64, Shape.of(count));
    return List.of(in.type(0).with(s.with(at, count)), list, list.with(Shape.of(s.dim(at))), list);
  }

  /** The indices of equal slices, ascending, for each distinct one. */
  private List<List<Integer>> groups(Tensor x) {
    int at = x.shape().axis(axis);
    int n = Math.toIntExact(x.size(at));
    List<Integer> order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    order.sort((i, j) -> compare(x, at, i, j));
    List<List<Integer>> groups = new ArrayList<>();
    for (int i : order) {
      if (groups.isEmpty() || compare(x, at, groups.getLast().getFirst(), i) != 0) {
        groups.add(new ArrayList<>());
      }
      groups.getLast().add(i);
    }
    if (!sorted) {
      groups.sort(Comparator.comparing(List::getFirst));
    }
    return groups;
  }

  private static int compare(Tensor x, int axis, int i, int j) {
    Lines lines = new Lines(x.shape(), axis);
    for (long line = 0; line < lines.count(); line++) {
      int order = Order.compare(x, lines.at(line, i), lines.at(line, j));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    List<List<Integer>> groups = groups(x);
    Tensor first = Tensor.ints(groups.stream().mapToLong(List::getFirst).toArray());
    Tensor counts = Tensor.ints(groups.stream().mapToLong(List::size).toArray());
    Tensor inverse = Tensor.zeros(DType.I64, Shape.of(x.size(x.shape().axis(axis))));
    for (int g = 0; g < groups.size(); g++) {
      for (int i : groups.get(g)) {
        inverse.set(i, (long) g);
      }
    }
    Tensor distinct = new Gather(axis).evaluate(Inputs.of(x, first)).getFirst();
    return List.of(distinct, first, inverse, counts);
  }
}
