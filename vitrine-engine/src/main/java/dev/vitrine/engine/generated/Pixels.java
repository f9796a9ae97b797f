package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.compiler.plan.Window;
import dev.vitrine.engine.gen.GatherRows;
import dev.vitrine.engine.gen.RowArg;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.graph.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The pixels of pictures under a window, as rows of a matrix: a row for each output pixel. Its
 * order is what lies together in the picture: channels in pixels in rows, or pixels in rows in
 * planes.
 */
final class Pixels {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int LEVELS = 256;

  /** What the index of an output row's runs may take. */
  private static final long MOST_INDEX = 1 << 20;

  private final Place x;
  private final Window window;
  private final int height;
  private final int width;
  private final int channels;
  private final int outHeight;
  private final int outWidth;
  private final boolean planes;
  // Neighbours in a row of the window lie together, channels and all.
  private final boolean joined;
  // What bytes stand for, 256 a channel; null where x holds floats.
  private final float[] table;
  private final Inside rowsInside;
  private final Inside columnsInside;
  // What lies together under a window, and how many of that there are.
  private final int run;
  private final int runs;
  // Where the runs of an output row's pixels start; null where they are copied one by one.
  private final MemorySegment index;
  private final Routine gather;

  /**
   * @param table of what the bytes of x stand for; null where x holds floats
   * @param channels of a group
   */
  private Pixels(
      Place x,
      float[] table,
      View out,
      Window window,
      int channels,
      GeneratedKernels kernels,
      Constants constants) {
    View v = x.view();
    this.table = table;
    this.x = x;
    this.window = window;
    this.channels = channels;
    height = Math.toIntExact(v.size(1));
    width = Math.toIntExact(v.size(2));
    outHeight = Math.toIntExact(out.size(1));
    outWidth = Math.toIntExact(out.size(2));
    planes = isPlanes(v, window);
    joined = !planes && window.dilationW() == 1 && v.stride(2) == channels;
    rowsInside =
        Inside.of(
            height,
            outHeight,
            window.kernelH(),
            window.strideH(),
            window.top(),
            window.dilationH());
    columnsInside =
        Inside.of(
            width, outWidth, window.kernelW(), window.strideW(), window.left(), window.dilationW());
    run = planes ? window.kernelW() : joined ? window.kernelW() * channels : channels;
    runs = run == 0 ? 0 : depth() / run;
    boolean indexed = table == null && 8L * runs * outWidth <= MOST_INDEX;
    index = indexed ? index(constants) : null;
    gather = indexed ? kernels.routine(new GatherRows(kernels.width())) : null;
  }

  /** The pixels that a convolution takes. */
  static Pixels of(Step.Convolution s, GeneratedKernels kernels, Constants constants) {
    return new Pixels(
        new Place(s.x(), constants),
        s.table() == null ? null : constants.tensor(s.table()).toFloats(),
        s.out(),
        s.window(),
        Math.toIntExact(s.x().size(3) / s.group()),
        kernels,
        constants);
  }

  private MemorySegment index(Constants constants) {
    MemorySegment out = constants.allocate(8L * runs * outWidth);
    for (int p = 0; p < outWidth; p++) {
      for (int r = 0; r < runs; r++) {
        int row = planes || joined ? r % window.kernelH() : r / window.kernelW();
        int column = planes || joined ? 0 : r % window.kernelW();
        long at =
            (planes ? r / window.kernelH() * x.stride(3) : 0)
                + row * window.dilationH() * x.stride(1)
                + ((long) p * window.strideW() - window.left() + column * window.dilationW())
                    * x.stride(2);
        out.setAtIndex(ValueLayout.JAVA_LONG, (long) p * runs + r, at);
      }
    }
    return out;
  }

  static boolean fits(View x, Window window) {
    return x.dtype() == DType.U8 || x.stride(3) == 1 || x.size(3) == 1 || isPlanes(x, window);
  }

  private static boolean isPlanes(View x, Window window) {
    return x.stride(3) != 1 && x.stride(2) == 1 && window.dilationW() == 1;
  }

  int depth() {
    return Math.multiplyExact(channels, Math.multiplyExact(window.kernelH(), window.kernelW()));
  }

  /**
   * Weights [group, channel, row, column, output channel] with their middle axes in the order of
   * the pixels.
   */
  View weights(View w) {
    return planes ? w : w.move(1, 3);
  }

  /**
   * Copies rows, of the pictures' output pixels counted through, for a group of channels.
   *
   * @param to gets them from its start on
   */
  void copyRows(
      MemorySegment arena, Block block, int group, int first, int count, MemorySegment to) {
    long bytes = 4L * depth();
    int end = first + count;
    for (int row = first; row < end; ) {
      int from = row % outWidth;
      int here = Math.min(end - row, outWidth - from);
      if (index == null || !rowsInside.contains(row / outWidth % outHeight)) {
        copyEach(arena, block, group, row, here, to, (row - first) * bytes);
      } else {
        int a = Math.clamp(columnsInside.from() - from, 0, here);
        int b = Math.clamp(columnsInside.to() - from, a, here);
        copyEach(arena, block, group, row, a, to, (row - first) * bytes);
        long y = (long) (row / outWidth % outHeight) * window.strideH() - window.top();
        block
            .set(RowArg.IN, picture(arena, group, row) + y * x.stride(1))
            .set(RowArg.INDEX, index.address() + 8L * (from + a) * runs)
            .set(RowArg.OUT, to.address() + (row + a - first) * bytes)
            .set(RowArg.OUT_STRIDE, 4L * run)
            .set(RowArg.ROWS, (long) (b - a) * runs)
            .set(RowArg.COLUMNS, run)
            .call(gather);
        copyEach(arena, block, group, row + b, here - b, to, (row + b - first) * bytes);
      }
      row += here;
    }
  }

  private void copyEach(
      MemorySegment arena,
      Block block,
      int group,
      int first,
      int count,
      MemorySegment to,
      long at) {
    for (int i = 0; i < count; i++) {
      copyRow(arena, block, group, first + i, to, at + 4L * i * depth());
    }
  }

  /** The address of an output pixel's picture, at a group's first channel. */
  private long picture(MemorySegment arena, int group, long row) {
    return x.at(arena, row / outWidth / outHeight, 1) + (long) group * channels * x.stride(3);
  }

  private void copyRow(
      MemorySegment arena, Block block, int group, long row, MemorySegment to, long at) {
    int left = (int) (row % outWidth) * window.strideW() - window.left();
    int top = (int) (row / outWidth % outHeight) * window.strideH() - window.top();
    long picture = picture(arena, group, row) - arena.address();
    if (table != null) {
      boolean near = !planes && Math.abs(x.stride(3)) == 1 && x.stride(2) == channels;
      if (near && window.dilationW() == 1 && left >= 0 && left + window.kernelW() <= width) {
        lookUpRuns(arena, block, picture, group * channels, top, left, to, at);
      } else {
        lookUp(arena, picture, group * channels, top, left, to, at);
      }
    } else if (planes) {
      long size = 4L * window.kernelH() * window.kernelW();
      for (int c = 0; c < channels; c++) {
        copyRun(arena, picture + c * x.stride(3), top, left, 4, to, at + c * size);
      }
    } else {
      copyRun(arena, picture, top, left, 4L * channels, to, at);
    }
  }

  /**
   * The window's pixels from bytes, the neighbours in a row with all their channels at once, by way
   * of arrays: loops over these are quick before the optimising compiler has seen them.
   */
  private void lookUpRuns(
      MemorySegment arena,
      Block block,
      long picture,
      int channel,
      int top,
      int left,
      MemorySegment to,
      long at) {
    int across = window.kernelW() * channels;
    byte[] levels = block.bytes(across);
    float[] values = block.floats(depth());
    boolean turned = x.stride(3) < 0;
    long begin = picture + (long) left * channels - (turned ? channels - 1 : 0);
    for (int i = 0; i < window.kernelH(); i++) {
      int y = top + i * window.dilationH();
      if (y < 0 || y >= height) {
        Arrays.fill(values, i * across, (i + 1) * across, 0);
        continue;
      }
      MemorySegment.copy(arena, ValueLayout.JAVA_BYTE, begin + y * x.stride(1), levels, 0, across);
      for (int c = 0; c < channels; c++) {
        int row = (channel + c) * LEVELS;
        int from = turned ? channels - 1 - c : c;
        for (int j = 0; j < across; j += channels) {
          values[i * across + j + c] = table[row + (levels[j + from] & 0xff)];
        }
      }
    }
    MemorySegment.copy(values, 0, to, FLOAT, at, depth());
  }

  /** The window's pixels from bytes, in either order. */
  private void lookUp(
      MemorySegment arena,
      long picture,
      int channel,
      int top,
      int left,
      MemorySegment to,
      long at) {
    int across = window.kernelW();
    // From one channel, row and column of the window to the next.
    long c4 = planes ? 4L * window.kernelH() * across : 4;
    long j4 = planes ? 4 : 4L * channels;
    for (int i = 0; i < window.kernelH(); i++) {
      int y = top + i * window.dilationH();
      for (int j = 0; j < across; j++) {
        int z = left + j * window.dilationW();
        long into = at + (i * across + j) * j4;
        if (y < 0 || y >= height || z < 0 || z >= width) {
          for (int c = 0; c < channels; c++) {
            to.set(FLOAT, into + c * c4, 0);
          }
          continue;
        }
        long pixel = picture + y * x.stride(1) + z * x.stride(2);
        for (int c = 0; c < channels; c++) {
          int level = arena.get(ValueLayout.JAVA_BYTE, pixel + c * x.stride(3)) & 0xff;
          to.set(FLOAT, into + c * c4, table[(channel + c) * LEVELS + level]);
        }
      }
    }
  }

  /** The window's pixels of that many bytes. */
  private void copyRun(
      MemorySegment arena, long picture, int top, int left, long pixel, MemorySegment to, long at) {
    int across = window.kernelW();
    int from = joined || planes ? Math.clamp(-left, 0, across) : 0;
    int end = joined || planes ? Math.clamp(width - left, from, across) : 0;
    for (int i = 0; i < window.kernelH(); i++, at += across * pixel) {
      int y = top + i * window.dilationH();
      if (y < 0 || y >= height) {
        Block.zero(to, at, across * pixel);
      } else if (joined || planes) {
        Block.zero(to, at, from * pixel);
        long start = picture + y * x.stride(1) + (left + from) * x.stride(2);
        MemorySegment.copy(arena, start, to, at + from * pixel, (end - from) * pixel);
        Block.zero(to, at + end * pixel, (across - end) * pixel);
      } else {
        for (int j = 0; j < across; j++) {
          int z = left + j * window.dilationW();
          if (z < 0 || z >= width) {
            Block.zero(to, at + j * pixel, pixel);
          } else {
            MemorySegment.copy(
                arena, picture + y * x.stride(1) + z * x.stride(2), to, at + j * pixel, pixel);
          }
        }
      }
    }
  }
}
