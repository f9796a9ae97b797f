package dev.vitrine.build;

import dev.vitrine.build.config.BuildConfig.OutputProcessor;
import dev.vitrine.build.config.DataType;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Suggestions;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.Clip;
import dev.vitrine.graph.op.Round;
import dev.vitrine.graph.op.Transpose;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts operations behind a graph's outputs: another order of axes, bytes. */
final class OutputTail {
  private static final double BYTE = 255;

  private final Graph graph;
  private final List<String> lines = new ArrayList<>();
  private int ops;

  OutputTail(Graph graph) {
    this.graph = graph;
  }

  /**
   * Changes the graph; the outputs keep their names and their order.
   *
   * @return a line for each output that is changed and one for each operation
   */
  List<String> attach(List<OutputProcessor> processors) {
    Map<String, Value> outputs = new LinkedHashMap<>(graph.outputs());
    for (OutputProcessor p : processors) {
      if (!p.tensorName().equals("DEFAULT") && !outputs.containsKey(p.tensorName())) {
        throw new VitrineException(
            "output_processors: "
                + Suggestions.unknown("output", p.tensorName(), outputs.keySet()).getMessage());
      }
      outputs.replaceAll(
          (name, v) ->
              p.tensorName().equals("DEFAULT") || p.tensorName().equals(name)
                  ? behind(name, v, p)
                  : v);
    }
    outputs.forEach(graph::output);
    return lines;
  }

  private Value behind(String name, Value from, OutputProcessor p) {
    Value v = from;
    lines.add("postprocess tensor [" + name + "]");
    if (!p.dstPerm().isEmpty()) {
      List<Long> perm = p.dstPerm().stream().map(Integer::longValue).toList();
      if (!perm.stream().sorted().toList().equals(axes(v.shape().rank()))) {
        throw new VitrineException(
            "output_processors: '%s' has the shape %s; dst_perm %s doesn't order its axes"
                .formatted(name, v.shape(), perm));
      }
      v = add("transpose", new Transpose(perm), "{'perm': " + perm + "}", v);
    }
    switch (p.outputDtype()) {
      case FP32, DefaultDataType -> {}
      case U8 -> v = bytes(v);
      default ->
          throw new VitrineException(
              "output_processors: '%s': output_dtype %s is not written; choose FP32 or U8"
                  .formatted(name, p.outputDtype()));
    }
    return v;
  }

  /** Numbers from 0 to 255, to the nearest; what lies beyond goes to the end of the range. */
  private Value bytes(Value v) {
    if (v.dtype().isFloat()) {
      v = add("round", new Round(), "{}", v);
    }
    Value lo = graph.constant("least", Tensor.scalar(v.dtype(), 0));
    Value hi = graph.constant("greatest", Tensor.scalar(v.dtype(), BYTE));
    v = add("clip", new Clip(), "{'min': 0, 'max': 255}", v, lo, hi);
    return add("cast", new Cast(DType.U8), "{'to': " + DataType.U8 + "}", v);
  }

  private static List<Long> axes(int rank) {
    return java.util.stream.LongStream.range(0, rank).boxed().toList();
  }

  private Value add(String name, Op op, String attributes, Value... in) {
    String named = "op:post_" + name + "_" + ++ops;
    lines.add("op: " + named + ", " + op.name() + ", " + attributes);
    return graph.addNamed(named, op, in);
  }
}
