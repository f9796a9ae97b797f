package dev.vitrine.compiler.plan;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.ChannelsLastConv;
import dev.vitrine.compiler.fused.Lookup;
import dev.vitrine.compiler.fused.PatchEmbedding;
import dev.vitrine.compiler.fused.YuvToRgb;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.AutoPad;
import dev.vitrine.graph.op.AveragePool;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.Interpolation;
import dev.vitrine.graph.op.MaxPool;
import dev.vitrine.graph.op.Resize;
import dev.vitrine.graph.op.Transpose;
import java.util.List;

/**
 * Convolution, pooling and resizing of pictures. Steps see pictures as [B, H, W, C] whatever their
 * layout in memory; what these operations give has its channels together, unless they work plane by
 * plane.
 */
final class Pictures implements Lowering {
  private static final List<Integer> CHANNELS_LAST = List.of(0, 2, 3, 1);

  private final Values values;

  Pictures(Values values) {
    this.values = values;
  }

  @Override
  public boolean lower(Node n) {
    if (!n.inputs().stream().allMatch(v -> v == null || !v.dtype().isFloat() || Values.isF32(v))) {
      return false;
    }
    return switch (n.op()) {
      case PatchEmbedding p -> patches(n, p);
      case ChannelsLastConv c -> channelsLast(n, c);
      case Conv c -> convolution(n, c);
      case MaxPool p ->
          n.outputs().size() == 1
              && pool(
                  n,
                  true,
                  true,
                  p.autoPad(),
                  p.kernelShape(),
                  p.strides(),
                  p.pads(),
                  p.dilations(),
                  p.ceilMode());
      case AveragePool p ->
          pool(
              n,
              false,
              p.countIncludePad(),
              p.autoPad(),
              p.kernelShape(),
              p.strides(),
              p.pads(),
              p.dilations(),
              p.ceilMode());
      case Resize r -> resize(n, r);
      case Lookup l -> lookup(n, l);
      case YuvToRgb how -> {
        View x = values.dense(n.input(0));
        values.add(new Step.Colours(x, how, values.allocateDense(n.output())));
        yield true;
      }
      default -> false;
    };
  }

  /**
   * Pictures to read.
   *
   * @param table what their bytes stand for; null where they are floats
   */
  private record Source(View view, View table) {
    Source transpose(List<Integer> order) {
      return new Source(view.transpose(order), table);
    }
  }

  /** Where a convolution finds its input: as bytes if it is looked up along its channels. */
  private Source source(Value x, int channels) {
    Source bytes = bytes(x, channels);
    return bytes != null ? bytes : new Source(values.view(x), null);
  }

  private Source bytes(Value x, int channels) {
    Node n = x.producer();
    if (n == null) {
      return null;
    }
    return switch (n.op()) {
      case Lookup l when l.axis() == channels && n.input(Lookup.TABLE).isConstant() ->
          new Source(values.view(n.input(Lookup.X)), values.view(n.input(Lookup.TABLE)));
      case Transpose t -> {
        List<Integer> order = Movement.order(n, t);
        Source inner = bytes(n.input(0), order.get(channels));
        yield inner == null ? null : inner.transpose(order);
      }
      default -> null;
    };
  }

  /** Alone, a convolution of single pixels that leaves channels as they are. */
  private boolean lookup(Node n, Lookup l) {
    if (n.output().shape().rank() != 4
        || (l.axis() != 1 && l.axis() != 3)
        || !n.input(Lookup.TABLE).isConstant()) {
      return false;
    }
    List<Integer> order = l.axis() == 1 ? CHANNELS_LAST : List.of(0, 1, 2, 3);
    long channels = n.output().shape().size(l.axis());
    Tensor unit = Tensor.zeros(DType.F32, Shape.of(channels, channels, 1, 1));
    for (long c = 0; c < channels; c++) {
      unit.set(c * channels + c, 1);
    }
    values.defineLater(
        n.output(),
        () -> {
          View out = values.allocate(n.output(), order);
          values.add(
              new Step.Convolution(
                  values.view(n.input(Lookup.X)).transpose(order),
                  values.view(n.input(Lookup.TABLE)),
                  values.constant(n.output().name() + ".unit", unit),
                  null,
                  new Window(1, 1, 1, 1, 0, 0, 1, 1),
                  1,
                  Activation.NONE,
                  null,
                  out.transpose(order)));
          return out;
        });
    return true;
  }

  private boolean patches(Node n, PatchEmbedding p) {
    Source x = source(n.input(0), 1).transpose(CHANNELS_LAST);
    View out = values.allocate(n.output());
    long down = x.view.size(1) / p.patchH();
    long across = x.view.size(2) / p.patchW();
    Window w = new Window(p.patchH(), p.patchW(), p.patchH(), p.patchW(), 0, 0, 1, 1);
    return convolve(n, x, w, 1, Activation.NONE, out.split(1, down, across));
  }

  private boolean channelsLast(Node n, ChannelsLastConv c) {
    Window w =
        new Window(
            Math.toIntExact(n.input(1).shape().size(2)),
            Math.toIntExact(n.input(1).shape().size(3)),
            Math.toIntExact(c.strides().get(0)),
            Math.toIntExact(c.strides().get(1)),
            Math.toIntExact(c.pads().get(0)),
            Math.toIntExact(c.pads().get(1)),
            Math.toIntExact(c.dilations().get(0)),
            Math.toIntExact(c.dilations().get(1)));
    return isConstant(n)
        && convolve(
            n,
            source(n.input(0), 3),
            w,
            Math.toIntExact(c.group()),
            c.activation(),
            values.allocate(n.output()));
  }

  private boolean convolution(Node n, Conv c) {
    if (n.output().shape().rank() != 4 || !isConstant(n)) {
      return false;
    }
    List<Long> kernel = Values.sizes(n.input(1)).subList(2, 4);
    Window w = window(n, c.autoPad(), kernel, c.strides(), c.pads(), c.dilations());
    Source x = source(n.input(0), 1).transpose(CHANNELS_LAST);
    View out = values.allocate(n.output(), CHANNELS_LAST).transpose(CHANNELS_LAST);
    return convolve(n, x, w, Math.toIntExact(c.group()), Activation.NONE, out);
  }

  /** Whether the weight and the bias, if there is one, are known. */
  private static boolean isConstant(Node n) {
    return n.input(1).isConstant() && (n.input(2) == null || n.input(2).isConstant());
  }

  /** Adds the step; a convolution that looks at one pixel at a time is a product. */
  private boolean convolve(Node n, Source source, Window w, int group, Activation f, View out) {
    View x = source.view;
    Value b = n.input(2);
    View bias = b == null ? null : values.view(b);
    View weight = values.view(n.input(1));
    boolean single = w.kernelH() == 1 && w.kernelW() == 1 && w.strideH() == 1 && w.strideW() == 1;
    View rows = x.merge(0, 3);
    View to = out.merge(0, 3);
    if (single
        && source.table == null
        && group == 1
        && w.top() == 0
        && w.left() == 0
        && rows != null
        && to != null
        && x.size(1) == out.size(1)
        && x.size(2) == out.size(2)) {
      View matrix = weight.select(3, 0).select(2, 0).transpose(List.of(1, 0));
      values.add(new Step.Product(rows, matrix, bias, f, null, to));
    } else {
      values.add(new Step.Convolution(x, source.table, weight, bias, w, group, f, null, out));
    }
    return true;
  }

  /**
   * The window of an operation on [B, C, H, W] whose result is known; empty lists are ONNX's
   * defaults.
   */
  private static Window window(
      Node n,
      AutoPad auto,
      List<Long> kernel,
      List<Long> strides,
      List<Long> pads,
      List<Long> dilations) {
    int[] k = new int[2];
    int[] s = {1, 1};
    int[] d = {1, 1};
    int[] before = new int[2];
    for (int i = 0; i < 2; i++) {
      k[i] = Math.toIntExact(kernel.get(i));
      s[i] = strides.isEmpty() ? 1 : Math.toIntExact(strides.get(i));
      d[i] = dilations.isEmpty() ? 1 : Math.toIntExact(dilations.get(i));
      before[i] =
          switch (auto) {
            case NOTSET -> pads.isEmpty() ? 0 : Math.toIntExact(pads.get(i));
            case VALID -> 0;
            case SAME_UPPER -> missing(n, i, k[i], s[i], d[i]) / 2;
            case SAME_LOWER -> (missing(n, i, k[i], s[i], d[i]) + 1) / 2;
          };
    }
    return new Window(k[0], k[1], s[0], s[1], before[0], before[1], d[0], d[1]);
  }

  /** By how much the windows on an axis exceed the input. */
  private static int missing(Node n, int i, int kernel, int stride, int dilation) {
    long in = n.input(0).shape().size(i + 2);
    long out = n.output().shape().size(i + 2);
    return Math.toIntExact(
        Math.max(0, (out - 1) * stride + (long) (kernel - 1) * dilation + 1 - in));
  }

  private boolean pool(
      Node n,
      boolean max,
      boolean countPadding,
      AutoPad auto,
      List<Long> kernel,
      List<Long> strides,
      List<Long> pads,
      List<Long> dilations,
      boolean ceil) {
    // With rounding up, what a mean counts as padding at the far end is subtle.
    if (n.output().shape().rank() != 4 || (ceil && !max)) {
      return false;
    }
    Window w = window(n, auto, kernel, strides, pads, dilations);
    View x = values.view(n.input(0)).transpose(CHANNELS_LAST);
    View out = values.allocate(n.output(), CHANNELS_LAST).transpose(CHANNELS_LAST);
    values.add(new Step.Pool(max, x, w, countPadding, out));
    return true;
  }

  private boolean resize(Node n, Resize r) {
    Tensor scales = Values.constant(n, 2);
    Tensor sizes = Values.constant(n, 3);
    if (n.output().shape().rank() != 4
        || (scales == null && sizes == null)
        || r.coordinateTransformationMode() == Resize.Coordinates.TF_CROP_AND_RESIZE) {
      return false;
    }
    Interpolation[] axes =
        r.interpolations(n.input(0).shape(), n.output().shape(), null, scales, sizes);
    boolean first = axes[0] == null && axes[1] == null;
    boolean last = axes[0] == null && axes[3] == null;
    if (!first && !last) {
      return false;
    }
    View x = values.view(n.input(0));
    View out = values.allocateLike(n.output(), x);
    int h = first ? 2 : 1;
    Taps rows = taps(axes[h], x.size(h));
    Taps columns = taps(axes[h + 1], x.size(h + 1));
    if (first && x.stride(3) == 1 && x.merge(0, 2) != null && out.merge(0, 2) != null) {
      // Plane by plane.
      x = x.merge(0, 2).insert(3);
      out = out.merge(0, 2).insert(3);
    } else if (first) {
      x = x.transpose(CHANNELS_LAST);
      out = out.transpose(CHANNELS_LAST);
    }
    values.add(new Step.Resample(x, rows, columns, out));
    return true;
  }

  private static Taps taps(Interpolation axis, long size) {
    int n = Math.toIntExact(axis == null ? size : axis.taps().length);
    int width = axis == null || n == 0 ? 1 : axis.taps()[0].length;
    int[] index = new int[n * width];
    float[] weights = new float[n * width];
    for (int i = 0; i < n; i++) {
      for (int t = 0; t < width; t++) {
        index[i * width + t] = axis == null ? i : axis.taps()[i][t];
        weights[i * width + t] = axis == null ? 1 : (float) axis.weights()[i][t];
      }
    }
    return new Taps(width, index, weights);
  }
}
