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
 * Takes boxes by falling score, class by class, leaving out those that overlap one already taken;
 * inputs boxes [N, B, 4], scores [N, classes, B], and optionally how many to take of a class (none
 * if absent), the largest intersection over union, and the score that a box must exceed. Gives rows
 * of picture, class, box. ONNX NonMaxSuppression, opset 11.
 *
 * @param centerPointBox whether a box is centre x, centre y, width, height rather than two corners
 *     y, x in any order
 */
public record NonMaxSuppression(boolean centerPointBox) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape boxes = Check.rank(3, in, 0);
    Shape scores = Check.rank(3, in, 1);
    Check.same(boxes.dim(0), scores.dim(0), "the batches differ");
    Check.same(boxes.dim(1), scores.dim(2), "the numbers of boxes differ");
    boolean known = IntStream.range(0, in.size()).allMatch(i -> !in.has(i) || in.isKnown(i));
    Dim count = known ? Dim.of(rows(in).size() / 3) : in.fresh(0);
    return List.of(new TensorType(DType.I64, Shape.of(count, Dim.of(3))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    List<Long> rows = rows(in);
    long[] values = rows.stream().mapToLong(Long::longValue).toArray();
    return List.of(Tensor.i64(Shape.of(rows.size() / 3, 3), values));
  }

  /** The rows, one after the other. */
  private List<Long> rows(Inputs in) {
    Shape scores = in.shape(1);
    int boxes = Math.toIntExact(scores.size(2));
    long most = in.has(2) ? in.tensor(2).integer(0) : 0;
    double overlap = in.has(3) ? in.tensor(3).real(0) : 0;
    double least = in.has(4) ? in.tensor(4).real(0) : Double.NEGATIVE_INFINITY;
    double[] score = Reals.of(in.tensor(1));
    double[] box = Reals.of(in.tensor(0));
    List<Long> rows = new ArrayList<>();
    for (int line = 0; line < score.length / Math.max(boxes, 1); line++) {
      int from = line * boxes;
      long picture = line / scores.size(1);
      int at = Math.toIntExact(picture * boxes);
      List<Integer> byScore =
          IntStream.range(0, boxes)
              .filter(b -> !in.has(4) || score[from + b] > least)
              .boxed()
              .sorted(Comparator.comparingDouble(b -> -score[from + b]))
              .toList();
      List<Integer> taken = new ArrayList<>();
      for (int b : byScore) {
        if (taken.size() < most
            && taken.stream().noneMatch(t -> overlap(box, at + t, at + b) > overlap)) {
          taken.add(b);
          rows.addAll(List.of(picture, line % scores.size(1), (long) b));
        }
      }
    }
    return rows;
  }

  /** Intersection over union of two boxes; 0 when one is empty. */
  private double overlap(double[] boxes, int a, int b) {
    double inside = 1;
    double first = 1;
    double second = 1;
    for (int axis = 0; axis < 2; axis++) {
      double[] x = span(boxes, a, axis);
      double[] y = span(boxes, b, axis);
      inside *= Math.max(0, Math.min(x[1], y[1]) - Math.max(x[0], y[0]));
      first *= x[1] - x[0];
      second *= y[1] - y[0];
    }
    return first > 0 && second > 0 ? inside / (first + second - inside) : 0;
  }

  private double[] span(double[] boxes, int box, int axis) {
    double p = boxes[4 * box + axis];
    double q = boxes[4 * box + axis + 2];
    return centerPointBox
        ? new double[] {p - q / 2, p + q / 2}
        : new double[] {Math.min(p, q), Math.max(p, q)};
  }
}
