package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.vitrine.engine.gen.BlockTransform;
import dev.vitrine.engine.gen.ColourRow;
import dev.vitrine.engine.gen.WiderRow;
import dev.vitrine.engine.machine.Calls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * What a JPEG picture takes most work for, in generated code: blocks of coefficients to samples,
 * and rows of samples to pixels. Rows are brought to {@link #PLANES} planes first. For one thread.
 */
public final class JpegKernels implements AutoCloseable {
  /** Luminance and two chrominances. */
  public static final int PLANES = 3;

  private static final int BLOCK = 64;
  private static final int SIDE = 8;
  private static final long ALIGNMENT = 64;

  /** Where a row begins in its memory, so that the byte before it is there. */
  private static final int BEFORE = 64;

  /** What kernels may read or write behind a row. */
  private static final int BEHIND = 64;

  private record Codes(
      MemorySegment transform, MemorySegment wider, MemorySegment widerDown, MemorySegment colour) {
    static final Codes HOST =
        HostCode.of(
            code ->
                new Codes(
                    code.load(new BlockTransform()),
                    code.load(new WiderRow(false)),
                    code.load(new WiderRow(true)),
                    code.load(new ColourRow())));
  }

  private final Codes codes = Codes.HOST;
  private final Arena arena = Arena.ofConfined();
  private final int widest;
  private final MemorySegment coefficients;
  private final MemorySegment quantizer;
  private final MemorySegment samples;
  private final MemorySegment near;
  private final MemorySegment far;
  private final MemorySegment[] planes = new MemorySegment[PLANES];
  private final MemorySegment pixels;
  private final MemorySegment block;

  private JpegKernels(int widest) {
    this.widest = widest;
    coefficients = arena.allocate(2L * SIDE * widest, ALIGNMENT);
    quantizer = arena.allocate(4L * BLOCK, ALIGNMENT);
    samples = arena.allocate((long) SIDE * widest, ALIGNMENT);
    near = row(widest);
    far = row(widest);
    for (int i = 0; i < PLANES; i++) {
      planes[i] = row(widest);
    }
    pixels = row(3L * widest);
    block = arena.allocate(JAVA_LONG, BlockTransform.Arg.values().length);
  }

  private MemorySegment row(long bytes) {
    return arena.allocate(BEFORE + bytes + BEHIND, ALIGNMENT);
  }

  /**
   * Makes room for rows.
   *
   * @param widest the most samples of a row, a multiple of 8
   * @return null where the machine has no code for it
   */
  public static JpegKernels open(int widest) {
    Objects.checkIndex(widest, 1 << 24);
    return Codes.HOST == null ? null : new JpegKernels(Math.ceilDiv(widest, SIDE) * SIDE);
  }

  /**
   * Transforms adjacent blocks.
   *
   * @param in 64 coefficients a block, in rows
   * @param factors what they are multiplied by
   * @param out eight rows of samples, {@code stride} apart
   */
  public void transform(
      short[] in, int from, int blocks, int[] factors, byte[] out, int at, int stride) {
    int width = SIDE * blocks;
    Objects.checkIndex(width, widest + 1);
    Objects.checkFromIndexSize(0, BLOCK, factors.length);
    MemorySegment.copy(in, from, coefficients, JAVA_SHORT, 0, BLOCK * blocks);
    MemorySegment.copy(factors, 0, quantizer, JAVA_INT, 0, BLOCK);
    set(BlockTransform.Arg.COEFFICIENTS, coefficients.address());
    set(BlockTransform.Arg.QUANTIZER, quantizer.address());
    set(BlockTransform.Arg.BLOCKS, blocks);
    set(BlockTransform.Arg.OUT, samples.address());
    set(BlockTransform.Arg.OUT_STRIDE, width);
    Calls.call(codes.transform, block);
    for (int y = 0; y < SIDE; y++) {
      MemorySegment.copy(samples, JAVA_BYTE, (long) y * width, out, at + y * stride, width);
    }
  }

  /** Takes a row as it is. */
  public void plane(int plane, byte[] in, int from, int width) {
    copy(in, from, width, planes[plane]);
  }

  /** Takes a row at twice its width, each sample ¾ of the nearer and ¼ of the next. */
  public void wider(int plane, byte[] in, int from, int width) {
    padded(in, from, width, near);
    widen(codes.wider, planes[plane], width);
  }

  /** As above, where the row is first ¾ of one row and ¼ of another. */
  public void wider(int plane, byte[] in, int nearer, int farther, int width) {
    padded(in, nearer, width, near);
    padded(in, farther, width, far);
    widen(codes.widerDown, planes[plane], width);
  }

  private void widen(MemorySegment code, MemorySegment to, int width) {
    Objects.checkIndex(2 * width, widest + 2 * SIDE);
    set(WiderRow.Arg.NEAR, near.address() + BEFORE);
    set(WiderRow.Arg.FAR, far.address() + BEFORE);
    set(WiderRow.Arg.OUT, to.address() + BEFORE);
    set(WiderRow.Arg.BLOCKS, Math.ceilDiv(width, WiderRow.BLOCK));
    Calls.call(code, block);
  }

  /** The planes' first {@code width} samples as pixels of red, green and blue. */
  public void colours(int width, byte[] out, int at) {
    Objects.checkIndex(width, widest + 1);
    set(ColourRow.Arg.Y, planes[0].address() + BEFORE);
    set(ColourRow.Arg.CB, planes[1].address() + BEFORE);
    set(ColourRow.Arg.CR, planes[2].address() + BEFORE);
    set(ColourRow.Arg.OUT, pixels.address() + BEFORE);
    set(ColourRow.Arg.BLOCKS, Math.ceilDiv(width, ColourRow.BLOCK));
    Calls.call(codes.colour, block);
    MemorySegment.copy(pixels, JAVA_BYTE, BEFORE, out, at, 3 * width);
  }

  /** A row with its first and last bytes repeated beside it. */
  private void padded(byte[] in, int from, int width, MemorySegment to) {
    copy(in, from, width, to);
    to.set(JAVA_BYTE, BEFORE - 1, in[from]);
    to.set(JAVA_BYTE, BEFORE + width, in[from + width - 1]);
  }

  private void copy(byte[] in, int from, int width, MemorySegment to) {
    Objects.checkIndex(width, widest + 1);
    MemorySegment.copy(in, from, to, JAVA_BYTE, BEFORE, width);
  }

  private void set(Enum<?> argument, long value) {
    block.setAtIndex(JAVA_LONG, argument.ordinal(), value);
  }

  @Override
  public void close() {
    arena.close();
  }
}
