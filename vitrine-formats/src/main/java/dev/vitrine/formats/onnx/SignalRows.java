package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.op;
import static dev.vitrine.formats.onnx.Row.reading;
import static dev.vitrine.formats.onnx.Row.with;
import static dev.vitrine.formats.onnx.Row.writing;

import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.op.BlackmanWindow;
import dev.vitrine.graph.op.DFT;
import dev.vitrine.graph.op.HammingWindow;
import dev.vitrine.graph.op.HannWindow;
import dev.vitrine.graph.op.MelWeightMatrix;
import dev.vitrine.graph.op.STFT;
import java.util.List;
import java.util.Map;

/** Spectra. */
final class SignalRows {
  private static final Row.Attribute TYPE = with("output_datatype", 1);
  private static final Row.Attribute PERIODIC = with("periodic", 1);
  private static final Row.Attribute INVERSE = with("inverse", 0);
  private static final Row.Attribute ONESIDED = with("onesided", 0);

  static final List<Row> ROWS =
      List.of(
          op(BlackmanWindow.class, 17, TYPE, PERIODIC),
          op(DFT.class, 20, INVERSE, ONESIDED),
          reading("DFT", 17, SignalRows::dft17),
          writing(DFT.class, 17, SignalRows::writeDft17),
          op(HammingWindow.class, 17, TYPE, PERIODIC),
          op(HannWindow.class, 17, TYPE, PERIODIC),
          op(MelWeightMatrix.class, 17, TYPE),
          op(STFT.class, 17, with("onesided", 1)));

  private SignalRows() {}

  /** Before opset 20 the axis was an attribute. */
  private static void dft17(ImportedNode n) {
    n.give(
        new DFT(n.flag("inverse", false), n.flag("onesided", false)),
        n.need(0),
        n.input(1),
        n.constant("axis", Tensor.scalar(n.integer("axis", 1))));
  }

  private static void writeDft17(ExportedNode n) {
    Map<String, Object> values = Row.values(n.op(), n, List.of(INVERSE, ONESIDED));
    values.put("axis", n.has(2) ? n.integers(2, "its axis").getFirst() : (Object) (-2L));
    n.write("DFT", n.inputs(2), values);
  }
}
