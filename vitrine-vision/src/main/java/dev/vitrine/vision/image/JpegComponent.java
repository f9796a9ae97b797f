package dev.vitrine.vision.image;

import dev.vitrine.engine.generated.JpegKernels;
import java.io.IOException;
import java.util.Arrays;

/**
 * A channel: its samples, in rows padded to whole blocks, and coefficients: of a progressive
 * picture all, which its scans add to, else those of a row of coded units.
 */
final class JpegComponent {
  private final int id;
  private final int across;
  private final int down;
  private final int quantizerIndex;
  private final int height;
  private final int width;
  private final int blockRows;
  private final int blockColumns;
  private final byte[] samples;

  /** 64 a block in natural order, block after block. */
  private final short[] coefficients;

  /** Rows of blocks that coefficients are kept of. */
  private final int keptRows;

  private int[] quantizer;

  /**
   * @param across horizontal sampling
   * @param down vertical sampling
   * @param height rows of samples that belong to the picture
   * @param width samples of a row that belong to the picture
   */
  JpegComponent(
      int id,
      int across,
      int down,
      int quantizerIndex,
      int height,
      int width,
      int blockRows,
      int blockColumns,
      boolean progressive) {
    this.id = id;
    this.across = across;
    this.down = down;
    this.quantizerIndex = quantizerIndex;
    this.height = height;
    this.width = width;
    this.blockRows = blockRows;
    this.blockColumns = blockColumns;
    int size = Math.multiplyExact(Math.multiplyExact(blockRows, blockColumns), 64);
    this.samples = new byte[size];
    this.keptRows = progressive ? blockRows : down;
    this.coefficients = new short[keptRows * blockColumns * 64];
  }

  int id() {
    return id;
  }

  int across() {
    return across;
  }

  int down() {
    return down;
  }

  int quantizerIndex() {
    return quantizerIndex;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  int blockColumns() {
    return blockColumns;
  }

  short[] coefficients() {
    return coefficients;
  }

  byte[] samples() {
    return samples;
  }

  /** Where row {@code y} begins among the samples. */
  int row(int y) {
    return y * blockColumns * 8;
  }

  /** Sets the quantizer if none is set: a channel keeps the one of its first scan. */
  void useQuantizer(int[] table) throws IOException {
    if (table == null) {
      throw new IOException("it lacks a quantization table");
    }
    if (quantizer == null) {
      quantizer = table;
    }
  }

  boolean isDecoded() {
    return quantizer != null;
  }

  /** Where a block's coefficients begin. */
  int block(int blockRow, int blockColumn) {
    return (blockRow % keptRows * blockColumns + blockColumn) * 64;
  }

  /**
   * Turns the coefficients of rows of blocks into samples, and zeroes them.
   *
   * @param kernels generated code; null for the loops here, which give the same
   */
  void transform(int from, int rows, JpegKernels kernels) {
    int stride = blockColumns * 8;
    for (int y = from; y < from + rows; y++) {
      int first = block(y, 0);
      if (kernels != null) {
        kernels.transform(
            coefficients, first, blockColumns, quantizer, samples, row(8 * y), stride);
      } else {
        for (int x = 0; x < blockColumns; x++) {
          int at = row(8 * y) + 8 * x;
          JpegTransform.inverse(coefficients, first + 64 * x, quantizer, samples, at, stride);
        }
      }
      Arrays.fill(coefficients, first, first + 64 * blockColumns, (short) 0);
    }
  }

  /** Turns all coefficients of a progressive picture into samples. */
  void transformAll(JpegKernels kernels) {
    transform(0, blockRows, kernels);
  }
}
