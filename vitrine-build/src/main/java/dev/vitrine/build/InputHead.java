package dev.vitrine.build;

import dev.vitrine.build.config.DataType;
import dev.vitrine.build.config.InputProcessor;
import dev.vitrine.build.config.InputProcessor.ColorSpace;
import dev.vitrine.build.config.InputProcessor.CscMode;
import dev.vitrine.build.config.InputProcessor.Layout;
import dev.vitrine.build.data.PictureForm;
import dev.vitrine.build.data.PictureForm.Order;
import dev.vitrine.compiler.fused.Lookup;
import dev.vitrine.compiler.fused.Sampling;
import dev.vitrine.compiler.fused.YuvToRgb;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Sub;
import dev.vitrine.graph.op.Transpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Puts operations at the head of a graph that turn what a program hands over, such as bytes in
 * blue, green, red with channels last, into what the model takes.
 */
final class InputHead {
  private static final List<Long> TO_FIRST = List.of(0L, 3L, 1L, 2L);
  private static final List<Long> TO_LAST = List.of(0L, 2L, 3L, 1L);
  private static final int MATRIX = 12;
  private static final double BIAS_UNIT = 256;
  private static final double MOST_BIAS = 9;

  private final Graph graph;
  private final String input;
  private final InputProcessor p;
  private final PictureForm form;
  private final boolean swap;
  private final List<String> lines = new ArrayList<>();
  private int ops;

  /**
   * @param input the input that is replaced; its name stays
   * @param form how a picture becomes that input
   * @param swap whether red and blue are swapped where the formats differ
   */
  InputHead(Graph graph, String input, InputProcessor p, PictureForm form, boolean swap) {
    this.graph = graph;
    this.input = input;
    this.p = p;
    this.form = form;
    this.swap = swap;
  }

  /**
   * Changes the graph.
   *
   * @return a line for the input and one for each operation
   * @throws VitrineException when the formats can't be brought together
   */
  List<String> attach() {
    check();
    Value old = graph.value(input);
    TensorType type = source();
    Value v = graph.input(graph.freshName(input + "_source"), type);
    Value head = v;
    boolean last = isLast();
    if (isYuv()) {
      v = add("csc", new YuvToRgb(sampling(), matrix()), csc(), v);
    } else if (p.cscMode() != CscMode.NoCSC) {
      lines.add("ignore input csc config because src_format is " + p.srcFormat());
    }
    v = borders().apply(graph, v, this::add);
    v = order(v, last ? 3 : 1);
    v = normalise(v, last ? 3 : 1);
    if (last != form.channelsLast()) {
      List<Long> perm = last ? TO_FIRST : TO_LAST;
      v = add("transpose", new Transpose(perm), "{'perm': " + perm + "}", v);
    }
    graph.replace(old, v);
    graph.remove(old);
    graph.rename(head, input);
    graph.inferAll();
    lines.addFirst("tensor: %s, %s, %s".formatted(input, tuple(type.shape()), p.srcDtype()));
    return lines;
  }

  /**
   * @throws VitrineException when the formats can't be brought together
   */
  void check() {
    if (sourceChannels() == 0) {
      throw fault(
          "src_format " + p.srcFormat() + " is not read; hand over RGB, BGR, GRAY or a YUV format");
    }
    try {
      if (isYuv()) {
        checkCamera();
      }
      source();
    } catch (VitrineException e) {
      throw fault(e.getMessage());
    }
    boolean fits =
        form.order() == Order.GRAY ? sourceFormat() == ColorSpace.GRAY : sourceChannels() > 0;
    if (!fits) {
      throw fault("a picture in " + p.srcFormat() + " can't become one in " + form.order());
    }
  }

  private void checkCamera() {
    boolean even = form.width() % 2 == 0 && (!sampling().isPlanar() || form.height() % 2 == 0);
    if (p.srcDtype() != DataType.U8 || !even) {
      throw new VitrineException(p.srcFormat() + " needs src_dtype U8 and an even size");
    }
    if (p.cscMode() == CscMode.NoCSC) {
      throw new VitrineException(
          p.srcFormat() + " needs a csc_mode: FullRange, LimitedRange or Matrix");
    }
    if (!borders().isNone() || p.scale() != 0) {
      throw new VitrineException("padding, slicing and scale are not for " + p.srcFormat());
    }
    boolean biases = p.cscMode() != CscMode.Matrix || p.cscMat().size() != MATRIX;
    for (int row = 3; !biases && row < MATRIX; row += 4) {
      if (Math.abs(p.cscMat().get(row)) > MOST_BIAS) {
        throw new VitrineException(
            "csc_mat[%d] is %s; biases are in units of 256, such as -0.871 for -223"
                .formatted(row, p.cscMat().get(row)));
      }
    }
    matrix();
  }

  private Sampling sampling() {
    return switch (p.srcFormat()) {
      case YVU420SP -> Sampling.NV21;
      case YUYV422 -> Sampling.YUYV;
      case UYVY422 -> Sampling.UYVY;
      default -> Sampling.NV12;
    };
  }

  /** To the model's channels in their order; a matrix that is stated has them already. */
  private List<Float> matrix() {
    List<Float> out = new ArrayList<>();
    if (p.cscMode() == CscMode.Matrix) {
      if (p.cscMat().size() != MATRIX) {
        throw new VitrineException(
            "csc_mat has " + p.cscMat().size() + " numbers; it needs 12, four for each channel");
      }
      for (int i = 0; i < MATRIX; i++) {
        out.add((float) (p.cscMat().get(i) * (i % 4 == 3 ? BIAS_UNIT : 1)));
      }
      return out;
    }
    List<Float> rgb = p.cscMode() == CscMode.FullRange ? YuvToRgb.FULL : YuvToRgb.LIMITED;
    for (int i = 0; i < 3; i++) {
      int row = 4 * (form.order() == Order.BGR ? 2 - i : i);
      out.addAll(rgb.subList(row, row + 4));
    }
    return out;
  }

  private String csc() {
    return switch (p.cscMode()) {
      case Matrix -> "{'matrix': " + p.cscMat() + "}";
      case FullRange -> "{'range': 'full'}";
      default -> "{'range': 'limited'}";
    };
  }

  private Borders borders() {
    return isLast() ? Borders.of(p, 1, 2) : Borders.of(p, 2, 3);
  }

  private VitrineException fault(String what) {
    return new VitrineException("input_processors: '" + input + "': " + what);
  }

  private ColorSpace sourceFormat() {
    return p.srcFormat() == ColorSpace.AutoColorSpace
        ? ColorSpace.valueOf(form.order().name())
        : p.srcFormat();
  }

  private int sourceChannels() {
    return switch (sourceFormat()) {
      case GRAY -> 1;
      case RGB, BGR, YUV420SP, YVU420SP, YUYV422, UYVY422 -> 3;
      case RGBA -> 4;
      default -> 0;
    };
  }

  private boolean isYuv() {
    return switch (p.srcFormat()) {
      case YUV420SP, YVU420SP, YUYV422, UYVY422 -> true;
      default -> false;
    };
  }

  private boolean isLast() {
    return p.srcLayout() == Layout.NHWC || isYuv();
  }

  private TensorType source() {
    long b = form.type().shape().size(0);
    long c = sourceChannels();
    if (isYuv()) {
      return new TensorType(
          DType.U8,
          sampling().isPlanar()
              ? Shape.of(b, form.height() / 2 * 3, form.width(), 1)
              : Shape.of(b, form.height(), form.width(), 2));
    }
    Shape taken =
        isLast()
            ? Shape.of(b, form.height(), form.width(), c)
            : Shape.of(b, c, form.height(), form.width());
    return new TensorType(dtype(p.srcDtype()), borders().source(taken));
  }

  private DType dtype(DataType type) {
    return switch (type) {
      case U8 -> DType.U8;
      case S8 -> DType.I8;
      case U16 -> DType.U16;
      case S16 -> DType.I16;
      case U32 -> DType.U32;
      case S32 -> DType.I32;
      case FP16 -> DType.F16;
      case FP32, DefaultDataType -> DType.F32;
      default -> throw fault("src_dtype " + type + " is not read; choose U8 or FP32");
    };
  }

  /** The channels that the model takes, in its order. */
  private Value order(Value v, int axis) {
    long[] wanted = wanted();
    boolean same = wanted.length == sourceChannels();
    for (int i = 0; i < wanted.length; i++) {
      same &= wanted[i] == i;
    }
    if (same) {
      return v;
    }
    boolean swapped = Arrays.equals(wanted, new long[] {2, 1, 0}) && sourceChannels() == 3;
    Value index = graph.constant(input + "_order", Tensor.ints(wanted));
    return add(
        swapped ? "swap" : "channels",
        new Gather(axis),
        "{'axis': %d, 'indices': %s}".formatted(axis, Arrays.toString(wanted)),
        v,
        index);
  }

  private long[] wanted() {
    boolean reversed = sourceFormat() == ColorSpace.BGR ^ form.order() == Order.BGR;
    if (isYuv()) {
      return new long[] {0, 1, 2};
    }
    if (form.order() == Order.GRAY) {
      return new long[] {0};
    } else if (sourceFormat() == ColorSpace.GRAY) {
      return new long[] {0, 0, 0};
    }
    return reversed && swap ? new long[] {2, 1, 0} : new long[] {0, 1, 2};
  }

  private Value normalise(Value v, int axis) {
    String attributes =
        "{'dim': %d, 'mean': %s, 'std': %s}".formatted(axis, form.mean(), form.std());
    if (v.dtype() == DType.U8) {
      Value table =
          graph.constant(
              input + "_levels", form.levels(scale(), p.scale() == 0 ? 0 : p.zeropoint()));
      return add("norm", new Lookup(axis), attributes, v, table);
    }
    if (v.dtype() != DType.F32) {
      String how = "{'scale': %s, 'zeropoint': %s}".formatted(scale(), p.zeropoint());
      v = add("dequant", new Cast(DType.F32), how, v);
    }
    if (p.scale() != 0) {
      Value zero = graph.constant(input + "_zero", Tensor.scalar((float) p.zeropoint()));
      v = graph.addNamed(input + "_from_zero", new Sub(), v, zero);
      Value by = graph.constant(input + "_scale", Tensor.scalar((float) p.scale()));
      v = graph.addNamed(input + "_scaled", new Mul(), v, by);
    }
    boolean none =
        form.mean().stream().allMatch(m -> m == 0) && form.std().stream().allMatch(s -> s == 1);
    if (none) {
      return v;
    }
    Value centred =
        graph.addNamed(input + "_centred", new Sub(), v, channels("_mean", form.mean(), axis));
    return add("norm", new Div(), attributes, centred, channels("_std", form.std(), axis));
  }

  private double scale() {
    return p.scale() == 0 ? 1 : p.scale();
  }

  private Value channels(String suffix, List<Double> values, int axis) {
    int n = values.size();
    Tensor t = Tensor.zeros(DType.F32, axis == 1 ? Shape.of(n, 1, 1) : Shape.of(n));
    for (int i = 0; i < n; i++) {
      t.set(i, (double) values.get(i));
    }
    return graph.constant(input + suffix, t);
  }

  private Value add(String name, Op op, String attributes, Value... in) {
    String named = "op:pre_" + name + "_" + ++ops;
    lines.add("op: " + named + ", " + op.name() + ", " + attributes);
    return graph.addNamed(named, op, in);
  }

  private static String tuple(Shape shape) {
    return Arrays.toString(shape.sizes()).replace('[', '(').replace(']', ')');
  }

  /** How any picture becomes what is handed over; null where no picture can. */
  Preprocessing preprocessing() {
    if (form.order() == Order.GRAY || sourceChannels() != 3 || isYuv() || p.scale() != 0) {
      return null;
    }
    Shape source = source().shape();
    boolean swapped = swap && sourceFormat() != ColorSpace.valueOf(form.order().name());
    boolean bgr = swapped ? sourceFormat() == ColorSpace.BGR : form.order() == Order.BGR;
    return new Preprocessing(
        Math.toIntExact(source.size(isLast() ? 1 : 2)),
        Math.toIntExact(source.size(isLast() ? 2 : 3)),
        0,
        form.interpolation(),
        1,
        List.of(0.0, 0.0, 0.0),
        List.of(1.0, 1.0, 1.0),
        bgr);
  }
}
