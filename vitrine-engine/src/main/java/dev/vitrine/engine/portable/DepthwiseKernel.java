package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.compiler.plan.Window;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Convolution of each channel by its own kernel. A tile is a stretch of one output row: for each
 * tap the pixels that it meets are lined up and multiplied by its weights, repeated along the
 * stretch.
 */
final class DepthwiseKernel implements Kernel {
  private static final int STRETCH = 2048;

  private final Step.Convolution step;
  private final Window window;
  private final Strided x;
  private final Epilogue epilogue;
  private final int height;
  private final int width;
  private final int channels;
  private final int outWidth;
  private final int pixels;
  private final int parts;
  private final float[][] weights;
  private final float[] bias;
  private final boolean dense;

  DepthwiseKernel(Step.Convolution s, Constants constants) {
    step = s;
    window = s.window();
    x = new Strided(s.x(), constants);
    height = Math.toIntExact(s.x().size(1));
    width = Math.toIntExact(s.x().size(2));
    channels = Math.toIntExact(s.x().size(3));
    outWidth = Math.toIntExact(s.out().size(2));
    int wanted = Math.clamp(STRETCH / Math.max(1, channels), 1, Math.max(1, outWidth));
    parts = (outWidth + wanted - 1) / wanted;
    pixels = parts == 0 ? 0 : (outWidth + parts - 1) / parts;
    dense = x.step() == 1 && s.x().stride(2) == channels;
    weights = repeated(s.weight(), constants.tensor(s.weight()));
    float[] b = Gemms.vector(s.bias(), constants);
    bias = new float[pixels * channels];
    for (int i = 0; b != null && i < bias.length; i++) {
      bias[i] = b[i % channels];
    }
    epilogue = Epilogue.of(s.activation(), s.residual(), null, s.out(), constants);
  }

  private float[][] repeated(View w, Tensor data) {
    float[] all = data.toFloats();
    float[][] taps = new float[window.kernelH() * window.kernelW()][pixels * channels];
    for (int t = 0; t < taps.length; t++) {
      int i = t / window.kernelW();
      int j = t % window.kernelW();
      for (int p = 0; p < taps[t].length; p++) {
        long at = w.offset() + p % channels * w.stride(0) + i * w.stride(2) + j * w.stride(3);
        taps[t][p] = all[Math.toIntExact(at)];
      }
    }
    return taps;
  }

  @Override
  public String name() {
    return "depthwise_portable"
        + StepText.epilogue(step.bias(), step.activation(), step.residual());
  }

  @Override
  public int tiles() {
    return Math.multiplyExact(Math.toIntExact(step.out().count(0, 2)), parts);
  }

  @Override
  public void reserve(Scratch scratch) {
    for (int area = 0; area < 3; area++) {
      scratch.floats(area, pixels * channels);
    }
    scratch.get(Functions.class, Functions::new).reserve(pixels * channels);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int first = tile % parts * pixels;
    int count = Math.min(pixels, outWidth - first);
    int n = count * channels;
    long line = tile / parts;
    long outHeight = step.out().size(1);
    int top = Math.toIntExact(line % outHeight) * window.strideH() - window.top();
    float[] sum = scratch.floats(0, pixels * channels);
    float[] tap = scratch.floats(1, pixels * channels);
    System.arraycopy(bias, 0, sum, 0, n);
    for (int i = 0; i < window.kernelH(); i++) {
      int y = top + i * window.dilationH();
      if (y < 0 || y >= height) {
        continue;
      }
      long at = x.start() + line / outHeight * step.x().stride(0) + y * step.x().stride(1);
      for (int j = 0; j < window.kernelW(); j++) {
        int left = first * window.strideW() - window.left() + j * window.dilationW();
        lineUp(arena, at, left, count, tap);
        Rows.addProduct(sum, tap, weights[i * window.kernelW() + j], n);
      }
    }
    Functions functions = scratch.get(Functions.class, Functions::new);
    float[] spare = scratch.floats(2, pixels * channels);
    epilogue.store(arena, line * outWidth + first, count, 0, channels, sum, functions, spare);
  }

  /** The pixels at columns left, left + stride, … of a row; zeros beside it. */
  private void lineUp(MemorySegment arena, long at, int left, int count, float[] to) {
    long across = step.x().stride(2);
    if (dense && window.strideW() == 1) {
      int from = Math.clamp(-left, 0, count);
      int end = Math.clamp(width - left, from, count);
      Arrays.fill(to, 0, from * channels, 0);
      x.read(arena, at + (left + from) * across, 1, to, from * channels, (end - from) * channels);
      Arrays.fill(to, end * channels, count * channels, 0);
      return;
    }
    for (int p = 0; p < count; p++) {
      int z = left + p * window.strideW();
      if (z < 0 || z >= width) {
        Arrays.fill(to, p * channels, (p + 1) * channels, 0);
      } else {
        x.read(arena, at + z * across, x.step(), to, p * channels, channels);
      }
    }
  }
}
