package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.op;

import dev.vitrine.graph.op.Add;
import java.util.List;

/** Elementwise operations. */
final class MathRows {
  static final List<Row> ROWS = List.of(op(Add.class, 7));

  private MathRows() {}
}
