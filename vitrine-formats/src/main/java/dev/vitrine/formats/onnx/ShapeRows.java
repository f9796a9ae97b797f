package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.ignored;
import static dev.vitrine.formats.onnx.Row.op;
import static dev.vitrine.formats.onnx.Row.optional;
import static dev.vitrine.formats.onnx.Row.reading;
import static dev.vitrine.formats.onnx.Row.required;
import static dev.vitrine.formats.onnx.Row.with;
import static dev.vitrine.formats.onnx.Row.writing;

import dev.vitrine.graph.Attributes;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.ConstantOfShape;
import dev.vitrine.graph.op.CumSum;
import dev.vitrine.graph.op.Expand;
import dev.vitrine.graph.op.Flatten;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.GatherND;
import dev.vitrine.graph.op.Pad;
import dev.vitrine.graph.op.Range;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.ScatterND;
import dev.vitrine.graph.op.Shape;
import dev.vitrine.graph.op.Size;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Split;
import dev.vitrine.graph.op.Squeeze;
import dev.vitrine.graph.op.Tile;
import dev.vitrine.graph.op.TopK;
import dev.vitrine.graph.op.Transpose;
import dev.vitrine.graph.op.Trilu;
import dev.vitrine.graph.op.Unsqueeze;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Operations that move, cut and count elements, and constants. */
final class ShapeRows {
  static final List<Row> ROWS =
      List.of(
          op(Concat.class, 4, required("axis")),
          reading("Constant", 1, ShapeRows::constant),
          op(
              ConstantOfShape.class,
              9,
              with("value", Tensor.f32(dev.vitrine.graph.Shape.of(1), 0f))),
          op(CumSum.class, 11, with("exclusive", 0), with("reverse", 0)),
          op(Expand.class, 8),
          op(Flatten.class, 1, with("axis", 1)),
          op(Gather.class, 1, with("axis", 0)),
          op(GatherND.class, 11, with("batch_dims", 0).since(12)),
          op(Pad.class, 18, with("mode", "constant")),
          reading("Pad", 11, n -> n.give(new Pad(padding(n)))),
          reading("Pad", 2, ShapeRows::pad2),
          writing(Pad.class, 11, ShapeRows::pad11),
          op(Range.class, 11, ignored("stash_type")),
          op(Reshape.class, 5, with("allowzero", 0).since(14)),
          op(ScatterND.class, 11, with("reduction", "none").since(16)),
          op(Shape.class, 1, with("start", 0).since(15), optional("end").since(15)),
          op(Size.class, 1),
          op(Slice.class, 10),
          reading("Slice", 1, ShapeRows::slice1),
          reading(
              "Split",
              18,
              n -> n.give(new Split(n.integer("axis", 0), n.integer("num_outputs", 0)))),
          reading("Split", 13, n -> n.give(new Split(n.integer("axis", 0), 0))),
          reading("Split", 2, ShapeRows::split2),
          writing(Split.class, 2, ShapeRows::split),
          op(Squeeze.class, 13),
          reading("Squeeze", 1, n -> axes(n, new Squeeze())),
          writing(Squeeze.class, 1, ShapeRows::axes),
          op(Tile.class, 6),
          op(TopK.class, 11, with("axis", -1), with("largest", 1), with("sorted", 1)),
          reading("TopK", 10, n -> n.give(new TopK(n.integer("axis", -1), true, true))),
          reading("TopK", 1, ShapeRows::topK1),
          op(Transpose.class, 1, with("perm", List.of())),
          op(Trilu.class, 14, with("upper", 1)),
          op(Unsqueeze.class, 13),
          reading("Unsqueeze", 1, n -> axes(n, new Unsqueeze())),
          writing(Unsqueeze.class, 1, ShapeRows::axes));

  private ShapeRows() {}

  private static void constant(ImportedNode n) {
    if (n.attributes().size() != 1) {
      throw n.fault("needs exactly one value");
    }
    String name = n.attributes().iterator().next();
    n.give(
        switch (name) {
          case "value" -> n.tensor(name);
          case "value_float" -> Tensor.scalar(n.real(name, 0));
          case "value_int" -> Tensor.scalar(n.integer(name, 0));
          case "value_floats" -> floats(n.reals(name));
          case "value_ints" -> Tensor.ints(n.integers(name));
          default -> throw n.unsupported("attribute '" + name + "'");
        });
  }

  private static Tensor floats(float[] values) {
    return Tensor.f32(dev.vitrine.graph.Shape.of(values.length), values);
  }

  // Axes as an attribute

  private static void axes(ImportedNode n, Op op) {
    long[] axes = n.integers("axes");
    n.give(op, n.need(0), axes == null ? null : n.constant("axes", Tensor.ints(axes)));
  }

  private static void axes(ExportedNode n) {
    Map<String, Object> out =
        n.has(1) ? Map.of("axes", n.integers(1, "its list of axes")) : Map.of();
    n.write(n.op().name(), n.inputs(1), out);
  }

  // Pads, bounds and sizes as attributes

  private static Pad.Mode padding(ImportedNode n) {
    return Attributes.build(Pad.class, Map.of("mode", n.text("mode", "constant"))).mode();
  }

  private static void pad2(ImportedNode n) {
    Value x = n.need(0);
    Value pads = n.constant("pads", Tensor.ints(n.needIntegers("pads")));
    DType dtype = x.type().isKnown() ? x.dtype() : DType.F32;
    float value = n.real("value", 0);
    n.give(
        new Pad(padding(n)),
        x,
        pads,
        value == 0 ? null : n.constant("value", Tensor.scalar(dtype, value)));
  }

  /** Before opset 18 the pads are for all axes. */
  private static void pad11(ExportedNode n) {
    Pad.Mode mode = ((Pad) n.op()).mode();
    if (mode == Pad.Mode.WRAP) {
      throw n.tooOld(19);
    }
    Map<String, Object> attributes = Map.of("mode", mode.name().toLowerCase(Locale.ROOT));
    if (!n.has(3)) {
      n.write("Pad", attributes);
      return;
    }
    Value x = n.node().input(0);
    if (!x.type().isKnown()) {
      throw n.tooOld(18);
    }
    List<Long> axes = n.integers(3, "its list of axes");
    List<Long> pads = n.integers(1, "its list of pads");
    int rank = x.shape().rank();
    long[] all = new long[2 * rank];
    for (int i = 0; i < axes.size(); i++) {
      int axis = x.shape().axis(axes.get(i));
      all[axis] = pads.get(i);
      all[rank + axis] = pads.get(axes.size() + i);
    }
    String name = n.constant("pads", Tensor.ints(all));
    n.write("Pad", List.of(n.input(0), name, n.input(2)), attributes);
  }

  private static void slice1(ImportedNode n) {
    long[] axes = n.integers("axes");
    n.give(
        new Slice(),
        n.need(0),
        n.constant("starts", Tensor.ints(n.needIntegers("starts"))),
        n.constant("ends", Tensor.ints(n.needIntegers("ends"))),
        axes == null ? null : n.constant("axes", Tensor.ints(axes)));
  }

  private static void split2(ImportedNode n) {
    long[] sizes = n.integers("split");
    n.give(
        new Split(n.integer("axis", 0), 0),
        n.need(0),
        sizes == null ? null : n.constant("split", Tensor.ints(sizes)));
  }

  private static void split(ExportedNode n) {
    Split split = (Split) n.op();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("axis", split.axis());
    if (!n.has(1)) {
      long parts = split.numOutputs() == 0 ? n.outputs().size() : split.numOutputs();
      Value x = n.node().input(0);
      boolean even =
          x.type().isKnown()
              && x.shape().dim(x.shape().axis(split.axis())).dividedBy(Dim.of(parts)) != null;
      if (n.opset() >= 18) {
        out.put("num_outputs", parts);
      } else if (!even) {
        throw n.tooOld(18);
      }
      n.write("Split", out);
    } else if (n.opset() >= 13) {
      n.write("Split", out);
    } else {
      out.put("split", n.integers(1, "its list of sizes"));
      n.write("Split", n.inputs(1), out);
    }
  }

  private static void topK1(ImportedNode n) {
    Value k = n.constant("k", Tensor.ints(n.integer("k", 1)));
    n.give(new TopK(n.integer("axis", -1), true, true), n.need(0), k);
  }
}
