package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.compiler.plan.Window;
import dev.vitrine.engine.gen.WeightedSum;
import dev.vitrine.engine.gen.WeightedSum.Arg;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Convolution of each channel by its own kernel. A tile is an output row; pixels whose window
 * reaches over the picture's side edges are done one by one, with the taps that are inside.
 */
final class DepthwiseKernel implements Kernel {
  private static final int AREA = 2;

  private final WeightedSum generator;
  private final Routine routine;
  private final Window window;
  private final Place x;
  private final Place out;
  private final Place residual;
  // [tap][channel], each in whole vectors.
  private final MemorySegment weights;
  private final long weightBytes;
  private final MemorySegment bias;
  private final int height;
  private final int width;
  private final int outHeight;
  private final int outWidth;
  private final int channels;
  // Output columns from and to which the whole window is inside.
  private final int inner;
  private final int outer;

  private DepthwiseKernel(Step.Convolution s, GeneratedKernels kernels, Constants constants) {
    window = s.window();
    generator =
        new WeightedSum(
            kernels.width(), true, s.bias() != null, s.activation(), s.residual() != null);
    routine = kernels.routine(generator);
    x = new Place(s.x(), constants);
    out = new Place(s.out(), constants);
    residual = s.residual() == null ? null : new Place(s.residual(), constants);
    height = Math.toIntExact(s.x().size(1));
    width = Math.toIntExact(s.x().size(2));
    channels = Math.toIntExact(s.x().size(3));
    outHeight = Math.toIntExact(s.out().size(1));
    outWidth = Math.toIntExact(s.out().size(2));
    int lanes = kernels.width().lanes();
    bias = s.bias() == null ? MemorySegment.NULL : Panels.vector(s.bias(), lanes, constants);
    weightBytes = (long) Math.ceilDiv(channels, lanes) * lanes * Float.BYTES;
    weights = pack(s.weight(), constants);
    Inside inside =
        Inside.of(
            width, outWidth, window.kernelW(), window.strideW(), window.left(), window.dilationW());
    inner = inside.from();
    outer = inside.to();
  }

  /** A kernel for the step, or null where its strides are not for this. */
  static Kernel of(Step.Convolution s, GeneratedKernels kernels, Constants constants) {
    boolean fits =
        adjacent(s.x()) && adjacent(s.out()) && (s.residual() == null || adjacent(s.residual()));
    return fits ? new DepthwiseKernel(s, kernels, constants) : null;
  }

  private static boolean adjacent(View v) {
    return v.stride(3) == 1 || v.size(3) == 1;
  }

  private MemorySegment pack(View w, Constants constants) {
    int taps = window.kernelH() * window.kernelW();
    MemorySegment all = constants.allocate(taps * weightBytes);
    Tensor t = constants.tensor(w);
    for (int tap = 0; tap < taps; tap++) {
      long from =
          w.offset() + tap / window.kernelW() * w.stride(2) + tap % window.kernelW() * w.stride(3);
      for (int c = 0; c < channels; c++) {
        all.set(JAVA_FLOAT, tap * weightBytes + 4L * c, (float) t.real(from + c * w.stride(0)));
      }
    }
    return all;
  }

  @Override
  public String name() {
    return generator.name().replace("weighted_sum", "depthwise").replace("_bychannel", "");
  }

  @Override
  public int tiles() {
    return Math.toIntExact(out.view().count(0, 2));
  }

  @Override
  public void reserve(Scratch scratch) {
    Block.of(scratch).reserve(AREA, TapTable.bytes((long) window.kernelH() * window.kernelW()));
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    Block block = Block.of(scratch);
    for (int p = 0; p < inner; p++) {
      pixels(tile, p, 1, arena, block);
    }
    if (outer > inner) {
      pixels(tile, inner, outer - inner, arena, block);
    }
    for (int p = Math.max(inner, outer); p < outWidth; p++) {
      pixels(tile, p, 1, arena, block);
    }
  }

  /** A stretch of an output row, whose pixels all have the same taps inside the picture. */
  private void pixels(int line, int first, int count, MemorySegment arena, Block block) {
    int top = line % outHeight * window.strideH() - window.top();
    int left = first * window.strideW() - window.left();
    MemorySegment table = block.area(AREA);
    int taps = 0;
    for (int i = 0; i < window.kernelH(); i++) {
      int y = top + i * window.dilationH();
      for (int j = 0; j < window.kernelW(); j++) {
        int z = left + j * window.dilationW();
        if (y >= 0 && y < height && z >= 0 && z < width) {
          long weight = weights.address() + (i * window.kernelW() + j) * weightBytes;
          TapTable.set(table, taps++, y * x.stride(1) + z * x.stride(2), weight);
        }
      }
    }
    block
        .set(Arg.IN, x.at(arena, line / outHeight, 1))
        .set(Arg.IN_STEP, window.strideW() * x.stride(2))
        .set(Arg.OUT, out.at(arena, line, 2) + first * out.stride(2))
        .set(Arg.OUT_STEP, out.stride(2))
        .set(Arg.CHANNELS, channels)
        .set(Arg.PIXELS, count)
        .set(Arg.TABLE, table.address())
        .set(Arg.TAPS, taps)
        .set(Arg.TABLES, 1)
        .set(Arg.OUT_TABLE, 0)
        .set(Arg.BIAS, bias.address());
    if (residual != null) {
      block
          .set(Arg.RESIDUAL, residual.at(arena, line, 2) + first * residual.stride(2))
          .set(Arg.RESIDUAL_STEP, residual.stride(2));
    }
    block.call(routine);
  }
}
