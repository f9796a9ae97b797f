package dev.vitrine.build;

import dev.vitrine.build.config.InputProcessor;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Slice;
import java.util.List;

/**
 * What is cut off what is handed over, and then put around it, in height and width.
 *
 * @param height the axis
 * @param width the axis
 * @param cut rows above and below, columns on the left and the right
 * @param added likewise
 * @param value of what is added
 */
record Borders(int height, int width, List<Integer> cut, List<Integer> added, double value) {
  private static final int NUMBERS = 8;

  /** Adds an operation to a graph. */
  interface Adding {
    Value add(String name, Op op, String attributes, Value... in);
  }

  /**
   * Those of a processor, whose lists hold the start and the end for each axis of what is handed
   * over.
   */
  static Borders of(InputProcessor p, int height, int width) {
    if (!p.padding().isEmpty() && !p.paddingMode().equals("constant")) {
      throw new VitrineException("padding_mode " + p.paddingMode() + " is not done; constant is");
    }
    return new Borders(
        height,
        width,
        sides(p.slicing(), "slicing", height, width),
        sides(p.padding(), "padding", height, width),
        p.paddingConstantValue());
  }

  private static List<Integer> sides(List<Integer> all, String name, int height, int width) {
    if (all.isEmpty()) {
      return List.of(0, 0, 0, 0);
    }
    if (all.size() != NUMBERS || all.stream().anyMatch(n -> n < 0)) {
      throw new VitrineException(
          name + " is " + all + "; it is a start and an end, 0 or more, for each of four axes");
    }
    for (int i = 0; i < NUMBERS; i++) {
      if (all.get(i) != 0 && i / 2 != height && i / 2 != width) {
        throw new VitrineException(name + " is for height and width alone, not for axis " + i / 2);
      }
    }
    return List.of(
        all.get(2 * height), all.get(2 * height + 1), all.get(2 * width), all.get(2 * width + 1));
  }

  boolean isNone() {
    return cut.stream().allMatch(n -> n == 0) && added.stream().allMatch(n -> n == 0);
  }

  /** What is handed over where the model takes that shape. */
  Shape source(Shape shape) {
    return resized(resized(shape, height, 0), width, 2);
  }

  private Shape resized(Shape s, int axis, int at) {
    long size = s.size(axis) + cut.get(at) + cut.get(at + 1) - added.get(at) - added.get(at + 1);
    if (size < 1) {
      throw new VitrineException("padding leaves nothing of a side of " + s.size(axis));
    }
    return s.with(axis, Dim.of(size));
  }

  /** What the model takes, from what is handed over. */
  Value apply(Graph graph, Value v, Adding adding) {
    Value out = v;
    if (cut.stream().anyMatch(n -> n != 0)) {
      long[] starts = {cut.get(0), cut.get(2)};
      Shape s = v.shape();
      long[] ends = {s.size(height) - cut.get(1), s.size(width) - cut.get(3)};
      out =
          adding.add(
              "slice",
              new Slice(),
              "{'slicing': " + cut + "}",
              v,
              graph.constant("starts", Tensor.ints(starts)),
              graph.constant("ends", Tensor.ints(ends)),
              graph.constant("axes", Tensor.ints(height, width)));
    }
    out = framed(graph, out, height, 0, adding);
    return framed(graph, out, width, 2, adding);
  }

  private Value framed(Graph graph, Value v, int axis, int at, Adding adding) {
    int before = added.get(at);
    int after = added.get(at + 1);
    if (before == 0 && after == 0) {
      return v;
    }
    String attributes =
        "{'axis': %d, 'padding': [%d, %d], 'value': %s}".formatted(axis, before, after, value);
    Value first = before == 0 ? null : constant(graph, v, axis, before);
    Value last = after == 0 ? null : constant(graph, v, axis, after);
    Concat op = new Concat(axis);
    return first == null
        ? adding.add("pad", op, attributes, v, last)
        : last == null
            ? adding.add("pad", op, attributes, first, v)
            : adding.add("pad", op, attributes, first, v, last);
  }

  private Value constant(Graph graph, Value v, int axis, int size) {
    Tensor t = Tensor.zeros(new TensorType(v.dtype(), v.shape().with(axis, Dim.of(size))));
    for (long i = 0; i < t.count(); i++) {
      t.set(i, value);
    }
    return graph.constant("border", t);
  }
}
