package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.op;
import static dev.vitrine.formats.onnx.Row.with;

import dev.vitrine.graph.op.ConvInteger;
import dev.vitrine.graph.op.DequantizeLinear;
import dev.vitrine.graph.op.DynamicQuantizeLinear;
import dev.vitrine.graph.op.MatMulInteger;
import dev.vitrine.graph.op.QLinearConv;
import dev.vitrine.graph.op.QLinearMatMul;
import dev.vitrine.graph.op.QuantizeLinear;
import java.util.List;

/** Operations on quantized tensors. */
final class QuantizedRows {
  static final List<Row> ROWS =
      List.of(
          op(ConvInteger.class, 10, NnRows.CONV),
          op(
              DequantizeLinear.class,
              10,
              with("axis", 1).since(13),
              with("block_size", 0).since(21),
              with("output_dtype", 0).since(23)),
          op(DynamicQuantizeLinear.class, 11),
          op(MatMulInteger.class, 10),
          op(QLinearConv.class, 10, NnRows.CONV),
          op(QLinearMatMul.class, 10),
          op(
              QuantizeLinear.class,
              10,
              with("axis", 1).since(13),
              with("block_size", 0).since(21),
              with("output_dtype", 0).since(21),
              with("precision", 0).since(23),
              with("saturate", 1).since(19)));

  private QuantizedRows() {}
}
