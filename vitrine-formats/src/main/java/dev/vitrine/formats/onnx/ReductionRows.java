package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.op;
import static dev.vitrine.formats.onnx.Row.reading;
import static dev.vitrine.formats.onnx.Row.with;
import static dev.vitrine.formats.onnx.Row.writing;

import dev.vitrine.graph.Attributes;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.ArgMax;
import dev.vitrine.graph.op.ArgMin;
import dev.vitrine.graph.op.Flatten;
import dev.vitrine.graph.op.Hardmax;
import dev.vitrine.graph.op.LogSoftmax;
import dev.vitrine.graph.op.ReduceL1;
import dev.vitrine.graph.op.ReduceL2;
import dev.vitrine.graph.op.ReduceLogSum;
import dev.vitrine.graph.op.ReduceLogSumExp;
import dev.vitrine.graph.op.ReduceMax;
import dev.vitrine.graph.op.ReduceMean;
import dev.vitrine.graph.op.ReduceMin;
import dev.vitrine.graph.op.ReduceProd;
import dev.vitrine.graph.op.ReduceSum;
import dev.vitrine.graph.op.ReduceSumSquare;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Shape;
import dev.vitrine.graph.op.Softmax;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Reductions and what normalises along an axis. */
final class ReductionRows {
  static final List<Row> ROWS =
      Stream.of(
              rows(ReduceL1.class, 18),
              rows(ReduceL2.class, 18),
              rows(ReduceLogSum.class, 18),
              rows(ReduceLogSumExp.class, 18),
              rows(ReduceMax.class, 18),
              rows(ReduceMean.class, 18),
              rows(ReduceMin.class, 18),
              rows(ReduceProd.class, 18),
              rows(ReduceSum.class, 13),
              rows(ReduceSumSquare.class, 18),
              List.of(
                  argument(ArgMax.class),
                  argument(ArgMin.class),
                  op(Softmax.class, 13, with("axis", -1)),
                  op(LogSoftmax.class, 13, with("axis", -1)),
                  op(Hardmax.class, 13, with("axis", -1)),
                  reading("Softmax", 1, n -> flattened(n, new Softmax(-1))),
                  reading("LogSoftmax", 1, n -> flattened(n, new LogSoftmax(-1))),
                  reading("Hardmax", 1, n -> flattened(n, new Hardmax(-1))),
                  writing(Softmax.class, 1, n -> lastAxis(n, ((Softmax) n.op()).axis())),
                  writing(LogSoftmax.class, 1, n -> lastAxis(n, ((LogSoftmax) n.op()).axis())),
                  writing(Hardmax.class, 1, n -> lastAxis(n, ((Hardmax) n.op()).axis()))))
          .flatMap(List::stream)
          .toList();

  private ReductionRows() {}

  /** The axes are an input from that opset on and an attribute before. */
  private static List<Row> rows(Class<? extends Op> kind, int since) {
    return List.of(
        op(kind, since, with("keepdims", 1), with("noop_with_empty_axes", 0)),
        reading(kind.getSimpleName(), 1, n -> read(n, kind)),
        writing(kind, 1, ReductionRows::write));
  }

  private static void read(ImportedNode n, Class<? extends Op> kind) {
    Map<String, Object> attributes =
        Map.of("keepdims", n.flag("keepdims", true), "noopWithEmptyAxes", false);
    long[] axes = n.integers("axes");
    Value given = axes == null ? null : n.constant("axes", Tensor.ints(axes));
    n.give(Attributes.build(kind, attributes), n.need(0), given);
  }

  private static void write(ExportedNode n) {
    Map<String, Object> of = Attributes.of(n.op());
    List<Long> axes = n.has(1) ? n.integers(1, "its list of axes") : List.of();
    if (axes.isEmpty() && (Boolean) of.get("noopWithEmptyAxes")) {
      throw n.tooOld(18);
    }
    Map<String, Object> out = new LinkedHashMap<>();
    if (!axes.isEmpty()) {
      out.put("axes", axes);
    }
    out.put("keepdims", (Boolean) of.get("keepdims") ? 1L : 0L);
    n.write(n.op().name(), n.inputs(1), out);
  }

  private static Row argument(Class<? extends Op> kind) {
    return op(
        kind, 1, with("axis", 0), with("keepdims", 1), with("select_last_index", 0).since(12));
  }

  /** Before opset 13: over all axes from {@code axis} (default 1) on, taken as one. */
  private static void flattened(ImportedNode n, Op overLast) {
    Value x = n.need(0);
    long axis = n.integer("axis", 1);
    if (axis == -1 || (x.type().isKnown() && x.shape().axis(axis) == n.rank(0) - 1)) {
      n.give(overLast, x);
      return;
    }
    Value rows = n.add(overLast, n.add(new Flatten(x.shape().axis(axis)), x));
    n.give(new Reshape(false), rows, n.add(new Shape(0, null), x));
  }

  /** Before opset 13 only the last axis means the same: others are brought there and back. */
  private static void lastAxis(ExportedNode n, long axis) {
    Value x = n.node().input(0);
    if (!x.type().isKnown()) {
      throw n.tooOld(13);
    }
    int at = x.shape().axis(axis);
    int last = x.shape().rank() - 1;
    Map<String, Object> attributes = Map.of("axis", (long) last);
    if (at == last) {
      n.write(n.op().name(), attributes);
      return;
    }
    List<Long> swap = new ArrayList<>(LongStream.rangeClosed(0, last).boxed().toList());
    Collections.swap(swap, at, last);
    Map<String, Object> perm = Map.of("perm", swap);
    String turned = n.before("Transpose", n.inputs(1), perm);
    String done = n.before(n.op().name(), List.of(turned), attributes);
    n.write("Transpose", List.of(done), perm);
  }
}
