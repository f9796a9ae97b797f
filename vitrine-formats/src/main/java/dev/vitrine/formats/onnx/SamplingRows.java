package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.op;
import static dev.vitrine.formats.onnx.Row.reading;
import static dev.vitrine.formats.onnx.Row.required;
import static dev.vitrine.formats.onnx.Row.with;
import static dev.vitrine.formats.onnx.Row.writing;

import dev.vitrine.graph.Attributes;
import dev.vitrine.graph.op.AffineGrid;
import dev.vitrine.graph.op.GridSample;
import dev.vitrine.graph.op.MaxRoiPool;
import dev.vitrine.graph.op.NonMaxSuppression;
import dev.vitrine.graph.op.RoiAlign;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Operations on points and boxes in pictures. */
final class SamplingRows {
  private static final Row.Attribute ALIGN = with("align_corners", 0);
  private static final Row.Attribute PADDING = with("padding_mode", "zeros");
  private static final List<Row.Attribute> ROI_ALIGN =
      List.of(
          with("coordinate_transformation_mode", "half_pixel"),
          with("mode", "avg"),
          with("output_height", 1),
          with("output_width", 1),
          with("sampling_ratio", 0),
          with("spatial_scale", 1f));

  static final List<Row> ROWS =
      List.of(
          op(AffineGrid.class, 20, ALIGN),
          op(GridSample.class, 20, ALIGN, with("mode", "linear"), PADDING),
          reading("GridSample", 16, SamplingRows::gridSample16),
          writing(GridSample.class, 16, SamplingRows::writeGridSample16),
          op(MaxRoiPool.class, 1, required("pooled_shape"), with("spatial_scale", 1f)),
          op(NonMaxSuppression.class, 10, with("center_point_box", 0)),
          op(RoiAlign.class, 16, ROI_ALIGN.toArray(Row.Attribute[]::new)),
          reading("RoiAlign", 10, SamplingRows::roiAlign10),
          writing(RoiAlign.class, 10, SamplingRows::writeRoiAlign10));

  private SamplingRows() {}

  /** Before opset 20 the modes had names for two dimensions. */
  private static void gridSample16(ImportedNode n) {
    String mode = n.text("mode", "bilinear");
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("alignCorners", n.flag("align_corners", false));
    values.put("mode", mode.startsWith("bi") ? mode.substring(2) : mode);
    values.put("paddingMode", n.text("padding_mode", "zeros"));
    n.give(Attributes.build(GridSample.class, values));
  }

  private static void writeGridSample16(ExportedNode n) {
    GridSample g = (GridSample) n.op();
    if (!n.node().input(0).type().isKnown() || n.node().input(0).shape().rank() != 4) {
      throw n.tooOld(20);
    }
    Map<String, Object> values = Row.values(g, n, List.of(ALIGN, with("mode", "linear"), PADDING));
    if (g.mode() != GridSample.Mode.LINEAR) {
      values.put("mode", g.mode() == GridSample.Mode.CUBIC ? "bicubic" : "nearest");
    }
    n.write("GridSample", values);
  }

  /** Before opset 16 there was no shift by half an element. */
  private static void roiAlign10(ImportedNode n) {
    Map<String, Object> values = Row.values(n, ROI_ALIGN, RoiAlign.class);
    values.put("coordinateTransformationMode", RoiAlign.Coordinates.OUTPUT_HALF_PIXEL);
    n.give(Attributes.build(RoiAlign.class, values));
  }

  private static void writeRoiAlign10(ExportedNode n) {
    RoiAlign r = (RoiAlign) n.op();
    if (r.coordinateTransformationMode() != RoiAlign.Coordinates.OUTPUT_HALF_PIXEL) {
      throw n.tooOld(16);
    }
    Map<String, Object> values = Row.values(r, n, ROI_ALIGN);
    values.remove("coordinate_transformation_mode");
    n.write("RoiAlign", values);
  }
}
