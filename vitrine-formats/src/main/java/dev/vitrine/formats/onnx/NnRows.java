package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.list;
import static dev.vitrine.formats.onnx.Row.op;
import static dev.vitrine.formats.onnx.Row.reading;
import static dev.vitrine.formats.onnx.Row.required;
import static dev.vitrine.formats.onnx.Row.with;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.AveragePool;
import dev.vitrine.graph.op.BatchNormalization;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.ConvTranspose;
import dev.vitrine.graph.op.DeformConv;
import dev.vitrine.graph.op.Einsum;
import dev.vitrine.graph.op.Expand;
import dev.vitrine.graph.op.Gemm;
import dev.vitrine.graph.op.GlobalAveragePool;
import dev.vitrine.graph.op.GlobalLpPool;
import dev.vitrine.graph.op.GlobalMaxPool;
import dev.vitrine.graph.op.GroupNormalization;
import dev.vitrine.graph.op.InstanceNormalization;
import dev.vitrine.graph.op.LRN;
import dev.vitrine.graph.op.LayerNormalization;
import dev.vitrine.graph.op.LpNormalization;
import dev.vitrine.graph.op.LpPool;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.MaxPool;
import dev.vitrine.graph.op.MaxUnpool;
import dev.vitrine.graph.op.MeanVarianceNormalization;
import dev.vitrine.graph.op.RMSNormalization;
import dev.vitrine.graph.op.Reshape;
import java.util.List;

/** Products, convolutions, pools and normalisation. */
final class NnRows {
  private static final Row.Attribute AUTO_PAD = with("auto_pad", "NOTSET");
  private static final Row.Attribute EPSILON = with("epsilon", 1e-5f);
  private static final Row.Attribute STASH = with("stash_type", 1);

  static final Row.Attribute[] CONV = {
    AUTO_PAD,
    list("dilations"),
    with("group", 1),
    list("kernel_shape"),
    list("pads"),
    list("strides")
  };

  static final List<Row> ROWS =
      List.of(
          op(
              AveragePool.class,
              7,
              AUTO_PAD,
              with("ceil_mode", 0).since(10),
              with("count_include_pad", 0),
              list("dilations").since(19),
              required("kernel_shape"),
              list("pads"),
              list("strides")),
          op(
              BatchNormalization.class,
              9,
              EPSILON,
              with("momentum", 0.9f),
              with("training_mode", 0).since(14)),
          reading("BatchNormalization", 7, NnRows::batchNormalization7),
          op(Conv.class, 1, CONV),
          op(
              ConvTranspose.class,
              1,
              AUTO_PAD,
              list("dilations"),
              with("group", 1),
              list("kernel_shape"),
              list("output_padding"),
              list("output_shape"),
              list("pads"),
              list("strides")),
          op(
              DeformConv.class,
              19,
              list("dilations"),
              with("group", 1),
              list("kernel_shape"),
              with("offset_group", 1),
              list("pads"),
              list("strides")),
          op(Einsum.class, 12, required("equation")),
          op(
              Gemm.class,
              7,
              with("alpha", 1f),
              with("beta", 1f),
              with("transA", 0),
              with("transB", 0)),
          op(GlobalAveragePool.class, 1),
          op(GlobalLpPool.class, 2, with("p", 2)),
          op(GlobalMaxPool.class, 1),
          op(GroupNormalization.class, 21, EPSILON, required("num_groups"), STASH),
          reading("GroupNormalization", 18, NnRows::groupNormalization18),
          op(InstanceNormalization.class, 6, EPSILON),
          op(
              LRN.class,
              1,
              with("alpha", 1e-4f),
              with("beta", 0.75f),
              with("bias", 1f),
              required("size")),
          op(LayerNormalization.class, 17, with("axis", -1), EPSILON, STASH),
          op(LpNormalization.class, 1, with("axis", -1), with("p", 2)),
          op(
              LpPool.class,
              2,
              AUTO_PAD,
              with("ceil_mode", 0).since(18),
              list("dilations").since(18),
              required("kernel_shape"),
              with("p", 2),
              list("pads"),
              list("strides")),
          op(MatMul.class, 1),
          op(
              MaxPool.class,
              1,
              AUTO_PAD,
              with("ceil_mode", 0).since(10),
              list("dilations").since(10),
              required("kernel_shape"),
              list("pads"),
              with("storage_order", 0).since(8),
              list("strides")),
          op(MaxUnpool.class, 9, required("kernel_shape"), list("pads"), list("strides")),
          op(MeanVarianceNormalization.class, 9, with("axes", List.of(0L, 2L, 3L))),
          op(RMSNormalization.class, 23, with("axis", -1), EPSILON, STASH));

  private NnRows() {}

  private static void batchNormalization7(ImportedNode n) {
    if (!n.flag("spatial", true)) {
      throw n.unsupported("attribute 'spatial' = 0");
    }
    n.give(new BatchNormalization(n.real("epsilon", 1e-5f), n.real("momentum", 0.9f), false));
  }

  /** Scale and bias were for each group before they were for each channel. */
  private static void groupNormalization18(ImportedNode n) {
    long groups = n.integer("num_groups", 1);
    Value x = n.need(0);
    n.rank(0);
    long channels = x.shape().size(1);
    if (groups < 1 || channels % groups != 0) {
      throw n.fault(channels + " channels don't make " + groups + " groups");
    }
    Value column = n.constant("column", Tensor.ints(groups, 1));
    Value table = n.constant("table", Tensor.ints(groups, channels / groups));
    Value flat = n.constant("flat", Tensor.ints(channels));
    Value[] in = {x, n.need(1), n.need(2)};
    for (int i = 1; i < in.length; i++) {
      Value each = n.add(new Expand(), n.add(new Reshape(false), in[i], column), table);
      in[i] = n.add(new Reshape(false), each, flat);
    }
    n.give(new GroupNormalization(n.real("epsilon", 1e-5f), groups, DType.F32), in);
  }
}
