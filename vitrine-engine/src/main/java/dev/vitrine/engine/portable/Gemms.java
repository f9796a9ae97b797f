package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.compiler.plan.Window;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Kernels of products and of convolutions that are not depthwise. */
final class Gemms {
  private Gemms() {}

  static Kernel product(Step.Product s, Constants constants) {
    int axes = s.out().rank() - 2;
    int rows = Math.toIntExact(s.out().size(-2));
    int depth = Math.toIntExact(s.a().size(-1));
    int columns = Math.toIntExact(s.out().size(-1));
    int batches = Math.toIntExact(s.out().count(0, axes));
    float[] bias = vector(s.bias(), constants);
    int tiles = Math.multiplyExact(batches, (rows + 63) / 64);
    View b = s.b();
    boolean shared = b.strides().subList(0, axes).stream().allMatch(x -> x == 0);
    Panels panels =
        constants.isConstant(b) && shared
            ? Panels.pack(
                constants.tensor(b),
                1,
                depth,
                columns,
                (_, k) -> b.offset() + k * b.stride(-2),
                b.stride(-1),
                bias,
                tiles)
            : Panels.of(new Strided(b, constants), bias, tiles);
    Strided a = new Strided(s.a(), constants);
    GemmKernel.Left left =
        (arena, batch, row, to, position, _) ->
            a.read(arena, a.at((long) batch * rows + row, axes + 1), a.step(), to, position, depth);
    String name = StepText.name(s).replace("product", "product_portable");
    return new GemmKernel(
        name,
        left,
        panels,
        Epilogue.of(
            s.activation(),
            s.residual(),
            s.rows() == null ? null : s.rows().index(),
            s.out(),
            constants),
        batches,
        rows,
        depth);
  }

  /** The elements of a constant vector; null for null. */
  static float[] vector(View v, Constants constants) {
    if (v == null) {
      return null;
    }
    float[] all = constants.tensor(v).toFloats();
    float[] out = new float[Math.toIntExact(v.count())];
    for (int i = 0; i < out.length; i++) {
      out[i] = all[Math.toIntExact(v.offset() + i * v.stride(-1))];
    }
    return out;
  }

  static Kernel convolution(Step.Convolution s, Constants constants) {
    int groups = s.group();
    int columns = Math.toIntExact(s.out().size(3) / groups);
    int rows = Math.toIntExact(s.out().count(0, 3));
    Gather gather =
        new Gather(
            new Strided(s.x(), constants),
            s.table() == null ? null : constants.tensor(s.table()).toFloats(),
            s.out(),
            s.window(),
            groups);
    View w = s.weight();
    Panels panels =
        Panels.pack(
            constants.tensor(w),
            groups,
            gather.depth(),
            columns,
            (g, k) -> w.offset() + g * columns * w.stride(0) + gather.weight(k, w),
            w.stride(0),
            vector(s.bias(), constants),
            Math.multiplyExact(groups, (rows + 63) / 64));
    View residual = s.residual() == null ? null : grouped(s.residual(), groups);
    String name =
        "convolution_portable" + StepText.epilogue(s.bias(), s.activation(), s.residual());
    return new GemmKernel(
        name,
        gather,
        panels,
        Epilogue.of(s.activation(), residual, null, grouped(s.out(), groups), constants),
        groups,
        rows,
        gather.depth());
  }

  /** [B, H, W, N] as [group, B, H, W, N/group]. */
  private static View grouped(View v, int groups) {
    return v.split(3, groups, v.size(3) / groups).move(3, 0);
  }

  /**
   * The pixels under a window, one output pixel a row, in runs that are contiguous in the picture.
   */
  private static final class Gather implements GemmKernel.Left {
    private final Strided x;
    private final Window window;
    private final int height;
    private final int width;
    private final int channels;
    private final int outHeight;
    private final int outWidth;
    private final long[] stride;
    // Planes of one channel lie together: a run goes along the kernel's row, else along channels.
    private final boolean planes;

    // What bytes stand for, 256 a channel; null where x holds floats.
    private final float[] table;

    Gather(Strided x, float[] table, View out, Window window, int groups) {
      this.x = x;
      this.table = table;
      this.window = window;
      View v = x.view();
      height = Math.toIntExact(v.size(1));
      width = Math.toIntExact(v.size(2));
      channels = Math.toIntExact(v.size(3) / groups);
      outHeight = Math.toIntExact(out.size(1));
      outWidth = Math.toIntExact(out.size(2));
      stride = v.strides().stream().mapToLong(Long::longValue).toArray();
      planes = table == null && stride[2] == 1 && stride[3] != 1 && window.dilationW() == 1;
    }

    int depth() {
      return Math.multiplyExact(channels, Math.multiplyExact(window.kernelH(), window.kernelW()));
    }

    /** Where the weight for place {@code k} of a gathered row is, from the start of its channel. */
    long weight(int k, View w) {
      int across = window.kernelW();
      int down = window.kernelH();
      return planes
          ? k / (across * down) * w.stride(1)
              + k / across % down * w.stride(2)
              + k % across * w.stride(3)
          : k % channels * w.stride(1)
              + k / channels / across * w.stride(2)
              + k / channels % across * w.stride(3);
    }

    @Override
    public void read(
        MemorySegment arena, int group, int row, float[] to, int position, Scratch scratch) {
      int left = row % outWidth * window.strideW() - window.left();
      int top = row / outWidth % outHeight * window.strideH() - window.top();
      long picture =
          x.start() + row / outWidth / outHeight * stride[0] + (long) group * channels * stride[3];
      if (planes) {
        byPlane(arena, picture, top, left, to, position);
      } else {
        byPixel(arena, picture, group, top, left, to, position);
      }
    }

    private void byPlane(
        MemorySegment arena, long picture, int top, int left, float[] to, int position) {
      int across = window.kernelW();
      int from = Math.clamp(-left, 0, across);
      int end = Math.clamp(width - left, from, across);
      int p = position;
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < window.kernelH(); i++, p += across) {
          int y = top + i * window.dilationH();
          if (y < 0 || y >= height) {
            Arrays.fill(to, p, p + across, 0);
            continue;
          }
          Arrays.fill(to, p, p + from, 0);
          long at = picture + c * stride[3] + y * stride[1] + left + from;
          x.read(arena, at, 1, to, p + from, end - from);
          Arrays.fill(to, p + end, p + across, 0);
        }
      }
    }

    private void byPixel(
        MemorySegment arena, long picture, int group, int top, int left, float[] to, int position) {
      int p = position;
      for (int i = 0; i < window.kernelH(); i++) {
        int y = top + i * window.dilationH();
        for (int j = 0; j < window.kernelW(); j++, p += channels) {
          int z = left + j * window.dilationW();
          if (y < 0 || y >= height || z < 0 || z >= width) {
            Arrays.fill(to, p, p + channels, 0);
          } else if (table != null) {
            long at = picture + y * stride[1] + z * stride[2];
            x.lookUp(arena, at, stride[3], table, group * channels, to, p, channels);
          } else {
            x.read(arena, picture + y * stride[1] + z * stride[2], stride[3], to, p, channels);
          }
        }
      }
    }
  }
}
