package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.op;
import static dev.vitrine.formats.onnx.Row.reading;
import static dev.vitrine.formats.onnx.Row.required;
import static dev.vitrine.formats.onnx.Row.with;
import static dev.vitrine.formats.onnx.Row.writing;

import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.BitCast;
import dev.vitrine.graph.op.CenterCropPad;
import dev.vitrine.graph.op.Col2Im;
import dev.vitrine.graph.op.Compress;
import dev.vitrine.graph.op.CumProd;
import dev.vitrine.graph.op.DepthToSpace;
import dev.vitrine.graph.op.Det;
import dev.vitrine.graph.op.Dropout;
import dev.vitrine.graph.op.EyeLike;
import dev.vitrine.graph.op.GatherElements;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.NegativeLogLikelihoodLoss;
import dev.vitrine.graph.op.NonZero;
import dev.vitrine.graph.op.OneHot;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.ReverseSequence;
import dev.vitrine.graph.op.Scatter;
import dev.vitrine.graph.op.ScatterElements;
import dev.vitrine.graph.op.SoftmaxCrossEntropyLoss;
import dev.vitrine.graph.op.SpaceToDepth;
import dev.vitrine.graph.op.Swish;
import dev.vitrine.graph.op.TensorScatter;
import dev.vitrine.graph.op.Unique;
import java.util.List;
import java.util.Map;

/**
 * Operations that pick, place and rearrange elements, and what else trained models leave behind.
 */
final class IndexRows {
  static final List<Row> ROWS =
      List.of(
          op(BitCast.class, 26, required("to")),
          op(CenterCropPad.class, 18, with("axes", List.of())),
          op(
              Col2Im.class,
              18,
              with("dilations", List.of()),
              with("pads", List.of()),
              with("strides", List.of())),
          op(Compress.class, 9, required("axis")),
          reading("Compress", 9, IndexRows::compress),
          op(CumProd.class, 26, with("exclusive", 0), with("reverse", 0)),
          op(DepthToSpace.class, 1, required("blocksize"), with("mode", "DCR").since(11)),
          op(Det.class, 11),
          reading("Dropout", 7, IndexRows::dropout),
          writing(Dropout.class, 7, n -> n.write("Dropout", n.inputs(1), Map.of())),
          op(EyeLike.class, 9, required("dtype"), with("k", 0)),
          reading("EyeLike", 9, IndexRows::eyeLike),
          op(GatherElements.class, 11, with("axis", 0)),
          op(
              NegativeLogLikelihoodLoss.class,
              12,
              with("ignore_index", Long.MIN_VALUE),
              with("reduction", "mean")),
          op(NonZero.class, 9),
          op(OneHot.class, 9, with("axis", -1)),
          op(ReverseSequence.class, 10, with("batch_axis", 1), with("time_axis", 0)),
          reading(
              "Scatter", 9, n -> n.give(new ScatterElements(n.integer("axis", 0), Scatter.NONE))),
          op(ScatterElements.class, 11, with("axis", 0), with("reduction", "none").since(16)),
          op(
              SoftmaxCrossEntropyLoss.class,
              12,
              with("ignore_index", Long.MIN_VALUE),
              with("reduction", "mean")),
          op(SpaceToDepth.class, 1, required("blocksize"), with("mode", "DCR").since(28)),
          reading("SwiGLU", 28, IndexRows::swiGlu),
          op(TensorScatter.class, 24, with("axis", -2), with("mode", "linear")),
          op(Unique.class, 11, required("axis"), with("sorted", 1)),
          reading("Unique", 11, IndexRows::unique));

  private IndexRows() {}

  /** Outside training the other inputs don't matter. */
  private static void dropout(ImportedNode n) {
    Value training = n.input(2);
    if (training != null && (!training.isConstant() || training.constant().bool(0))) {
      throw n.unsupported("training mode");
    }
    n.give(new Dropout(), n.need(0));
  }

  /** Without an axis, of the flattened input. */
  private static void compress(ImportedNode n) {
    if (n.attribute("axis") != null) {
      n.give(new Compress(n.integer("axis", 0)));
    } else {
      n.give(new Compress(0), flat(n), n.need(1));
    }
  }

  private static void unique(ImportedNode n) {
    boolean sorted = n.flag("sorted", true);
    if (n.attribute("axis") != null) {
      n.give(new Unique(n.integer("axis", 0), sorted));
    } else {
      n.give(new Unique(0, sorted), flat(n));
    }
  }

  private static Value flat(ImportedNode n) {
    return n.add(new Reshape(false), n.need(0), n.constant("shape", Tensor.ints(-1)));
  }

  private static void eyeLike(ImportedNode n) {
    Value x = n.need(0);
    if (n.attribute("dtype") == null && !x.type().isKnown()) {
      throw n.unsupported("an input of unknown type");
    }
    var dtype = n.attribute("dtype") == null ? x.dtype() : n.dtype(n.integer("dtype", 0));
    n.give(new EyeLike(dtype, n.integer("k", 0)), x);
  }

  private static void swiGlu(ImportedNode n) {
    Value gate = n.add(new Swish(n.real("alpha", 1)), n.need(0));
    n.give(new Mul(), gate, n.need(1));
  }
}
