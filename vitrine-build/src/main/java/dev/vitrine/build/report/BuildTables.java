package dev.vitrine.build.report;

import dev.vitrine.build.config.QuantConfig;
import dev.vitrine.build.data.CalibrationData;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.compiler.quantize.LayerPrecision;
import dev.vitrine.compiler.quantize.QuantizedModel;
import dev.vitrine.compiler.quantize.Rung;
import dev.vitrine.compiler.quantize.Site;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.vision.Table;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of a build, with titles and columns as the vendor's compiler has them. */
public final class BuildTables {
  private BuildTables() {}

  /** The model: name, inputs, outputs, how many nodes of each operation, size. */
  public static String model(ModelInfo info, Graph graph, long bytes) {
    Table t = new Table("Model Name", info.name());
    graph.inputs().forEach(v -> t.row("IN: " + v.name(), typed(v.type())));
    graph.outputs().forEach((name, v) -> t.row("OUT: " + name, typed(v.type())));
    Map<String, Integer> counts = new TreeMap<>();
    graph.nodes().forEach(n -> counts.merge(n.op().name(), 1, Integer::sum));
    counts.forEach(t::row);
    t.row("Model Size", format("%.2f MB", bytes / 1e6));
    return t.toString();
  }

  private static String typed(TensorType type) {
    return type.dtype().text() + ": " + tuple(type.shape());
  }

  static String tuple(Shape shape) {
    return Arrays.toString(shape.sizes()).replace('[', '(').replace(']', ')');
  }

  /** Where calibration data come from and how they become inputs. */
  public static String quantConfig(CalibrationData data) {
    Table t =
        new Table(
            "Input", "Shape", "Dataset Directory", "Data Format", "Tensor Format", "Mean", "Std");
    data.parts()
        .forEach(
            (input, p) -> {
              boolean picture = p.form() != null;
              t.row(
                  input,
                  Arrays.toString(p.type().shape().sizes()),
                  p.folder(),
                  p.config().calibrationFormat(),
                  picture ? p.form().order() : "",
                  picture ? p.form().mean() : "",
                  picture ? p.form().std() : "");
            });
    return titled("Quant Config Table", t);
  }

  /** The precisions that parts of the model were given. */
  public static String layerConfig(List<QuantConfig.LayerConfig> configs) {
    Table t = new Table("Op Type / Layer name", "Precision");
    for (QuantConfig.LayerConfig c : configs) {
      String between =
          c.startTensorNames().isEmpty() && c.endTensorNames().isEmpty()
              ? ""
              : c.startTensorNames() + " … " + c.endTensorNames();
      String which =
          Stream.of(
                  List.of(c.opType()),
                  c.opTypes(),
                  List.of(c.layerName()),
                  c.layerNames(),
                  List.of(between))
              .flatMap(List::stream)
              .filter(s -> !s.isEmpty())
              .collect(Collectors.joining(", "));
      t.row(which, c.dataType().ordinal() == 0 ? "U8" : c.dataType());
    }
    return titled("Layer Config Table", t);
  }

  /** How many operations and values there are, and how many are quantized. */
  public static String snapshot(QuantizedModel model) {
    Graph g = model.graph();
    long quantized = g.nodes().stream().filter(n -> n.op() instanceof QuantizedLinear).count();
    long variables = g.values().stream().filter(v -> !v.isConstant()).count();
    long integers =
        g.values().stream().filter(v -> !v.isConstant() && v.dtype().isInteger()).count();
    return """
        --------- Network Snapshot ---------
        Num of Op:                    [%d]
        Num of Quantized Op:          [%d]
        Num of Variable:              [%d]
        Num of Quantized Var:         [%d]
        ------- Quantization Snapshot ------"""
        .formatted(g.nodes().size(), quantized, variables, integers);
  }

  /** What became of each product. */
  public static String sites(List<Site> sites) {
    Table t = new Table("Product", "K×N", "Grade", "Smoothing", "Clip", "Error");
    for (Site s : sites) {
      String size = s.depth() + "×" + s.columns();
      if (s.isQuantized()) {
        String smoothing = s.source() == null ? "–" : format("%.2f", s.strength());
        t.row(
            s.layer(),
            size,
            s.grade().toString().toLowerCase(Locale.ROOT),
            smoothing,
            format("%.3f", s.clip()),
            format("%.5f", s.error()));
      } else {
        t.row(s.layer(), size, "f32: " + s.why(), "", "", "");
      }
    }
    return t.toString();
  }

  /** How sites went back to float. */
  public static String ladder(List<Rung> rungs) {
    Table t = new Table("Returned to float", "Its own loss", "Cosine of outputs");
    for (Rung r : rungs) {
      boolean start = r.site() == null;
      t.row(
          start ? "(none)" : r.site(),
          start ? "" : format("%.2e", r.loss()),
          format("%.6f", r.cosine()));
    }
    return t.toString();
  }

  /**
   * How close each layer comes.
   *
   * @param method such as {@code EndToEnd}
   * @param mode such as {@code Reference}
   */
  public static String precision(List<LayerPrecision> layers, String method, String mode) {
    Table t =
        new Table(
            "Operator",
            "Type",
            "Output Tensor",
            "Shape",
            "DType",
            "QDType",
            "Cosin",
            "MSE",
            "Worst Channel");
    for (LayerPrecision l : layers) {
      t.row(
          l.operator(),
          l.op(),
          l.output(),
          tuple(l.type().shape()),
          "FP32",
          l.quantized() ? "U8" : "FP32",
          format("%.5f", l.cosine()),
          format("%.5f", l.mse()),
          l.worstChannel() < 0 ? "" : format("%.5f (%d)", l.worstCosine(), l.worstChannel()));
    }
    return titled("Quant Precision Table【" + method + " " + mode + "】", t);
  }

  private static String titled(String title, Table table) {
    String text = table.toString();
    int width = text.indexOf('\n');
    return " ".repeat(Math.max(0, (width - title.length()) / 2)) + title + "\n" + text;
  }

  static String format(String format, Object... args) {
    return String.format(Locale.ROOT, format, args);
  }

  /** A value's name and type, for a line of text. */
  public static String line(Value v) {
    return v.name() + ", " + typed(v.type());
  }
}
