package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.reading;
import static dev.vitrine.formats.onnx.Row.with;
import static dev.vitrine.formats.onnx.Row.writing;

import dev.vitrine.graph.Attributes;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Resize;
import dev.vitrine.graph.op.Resize.AspectRatio;
import dev.vitrine.graph.op.Resize.Coordinates;
import dev.vitrine.graph.op.Resize.Mode;
import dev.vitrine.graph.op.Resize.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Resize and what it was called before. */
final class ResizeRows {
  static final List<Row> ROWS =
      List.of(
          reading("Resize", 11, ResizeRows::read),
          reading("Resize", 10, n -> old(n, n.need(1), true)),
          reading("Upsample", 9, n -> old(n, n.need(1), false)),
          reading("Upsample", 7, ResizeRows::upsample7),
          writing(Resize.class, 11, ResizeRows::write));

  private static final List<Row.Attribute> ATTRIBUTES =
      List.of(
          with("antialias", 0).since(18),
          with("axes", List.of()).since(18),
          with("coordinate_transformation_mode", "half_pixel"),
          with("cubic_coeff_a", -0.75f),
          with("exclude_outside", 0),
          with("extrapolation_value", 0f),
          with("keep_aspect_ratio_policy", "stretch").since(18),
          with("mode", "nearest"),
          with("nearest_mode", "round_prefer_floor"));

  private ResizeRows() {}

  /** Inputs that were not optional yet are empty where they don't count. */
  private static void read(ImportedNode n) {
    List<Value> in = new ArrayList<>();
    for (Value v : n.inputs()) {
      boolean empty = v != null && v.isConstant() && v.constant().count() == 0;
      in.add(empty ? null : v);
    }
    n.give(Attributes.build(Resize.class, Row.values(n, ATTRIBUTES, Resize.class)), in);
  }

  /** Of opset 11: coordinates without a shift, and nearest means below, or above when shrinking. */
  private static void old(ImportedNode n, Value scales, boolean mayShrink) {
    Mode mode = n.text("mode", "nearest").equals("nearest") ? Mode.NEAREST : Mode.LINEAR;
    Nearest nearest = Nearest.FLOOR;
    if (mayShrink && mode == Mode.NEAREST) {
      if (!scales.isConstant()) {
        throw n.unsupported("computed scales for mode nearest at opset 10");
      }
      float[] s = scales.constant().toFloats();
      boolean shrinks = IntStream.range(0, s.length).anyMatch(i -> s[i] < 1);
      if (shrinks && IntStream.range(0, s.length).anyMatch(i -> s[i] > 1)) {
        throw n.unsupported(
            "shrinking one axis and enlarging another for mode nearest at opset 10");
      }
      nearest = shrinks ? Nearest.CEIL : Nearest.FLOOR;
    }
    n.give(
        new Resize(
            false,
            List.of(),
            Coordinates.ASYMMETRIC,
            -0.75f,
            false,
            0,
            AspectRatio.STRETCH,
            mode,
            nearest),
        n.need(0),
        null,
        scales);
  }

  private static void upsample7(ImportedNode n) {
    float[] scales = n.reals("scales");
    if (scales == null) {
      throw n.fault("has no attribute 'scales'");
    }
    old(n, n.constant("scales", Tensor.f32(Shape.of(scales.length), scales)), false);
  }

  private static void write(ExportedNode n) {
    Resize r = (Resize) n.op();
    if (r.coordinateTransformationMode() == Coordinates.HALF_PIXEL_SYMMETRIC && n.opset() < 19) {
      throw n.tooOld(19);
    }
    if (r.coordinateTransformationMode() == Coordinates.TF_HALF_PIXEL_FOR_NN && n.opset() > 12) {
      throw n.fault("has a coordinate mode that no opset after 12 has");
    }
    List<String> in = n.inputs(4);
    if (n.opset() < 18 && !r.axes().isEmpty()) {
      r = allAxes(n, r, in);
    }
    if (n.opset() < 13) {
      for (int i = 1; i <= 2; i++) {
        if (in.get(i).isEmpty()) {
          in.set(i, n.constant(i == 1 ? "roi" : "scales", Tensor.f32(Shape.of(0))));
        }
      }
    }
    n.write("Resize", in, Row.values(r, n, ATTRIBUTES));
  }

  /** Before opset 18 there is a scale or size for every axis. */
  private static Resize allAxes(ExportedNode n, Resize r, List<String> in) {
    Value x = n.node().input(0);
    if (!x.type().isKnown() || n.has(1)) {
      throw n.tooOld(18);
    }
    if (n.has(3)) {
      if (!x.shape().isStatic()) {
        throw n.tooOld(18);
      }
      long[] sizes = x.shape().sizes();
      List<Long> given = n.integers(3, "its list of sizes");
      for (int i = 0; i < given.size(); i++) {
        sizes[x.shape().axis(r.axes().get(i))] = given.get(i);
      }
      in.set(3, n.constant("sizes", Tensor.ints(sizes)));
    } else {
      float[] scales = new float[x.shape().rank()];
      Arrays.fill(scales, 1);
      float[] given = n.constant(2, "its list of scales").toFloats();
      for (int i = 0; i < given.length; i++) {
        scales[x.shape().axis(r.axes().get(i))] = given[i];
      }
      in.set(2, n.constant("scales", Tensor.f32(Shape.of(scales.length), scales)));
    }
    return new Resize(
        r.antialias(),
        List.of(),
        r.coordinateTransformationMode(),
        r.cubicCoeffA(),
        r.excludeOutside(),
        r.extrapolationValue(),
        r.keepAspectRatioPolicy(),
        r.mode(),
        r.nearestMode());
  }
}
