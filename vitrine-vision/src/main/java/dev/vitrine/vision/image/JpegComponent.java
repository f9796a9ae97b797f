package dev.vitrine.vision.image;

import java.io.IOException;

/**
 * A channel: its samples, in rows padded to whole blocks, and in a progressive picture the
 * coefficients that its scans add to.
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

  /** 64 a block, block after block; null unless progressive. */
  private final short[] coefficients;

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
    this.coefficients = progressive ? new short[size] : null;
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

  /** Turns coefficients in natural order into the samples of a block. */
  void transform(short[] block, int from, int blockRow, int blockColumn) {
    JpegTransform.inverse(
        block, from, quantizer, samples, row(8 * blockRow) + 8 * blockColumn, blockColumns * 8);
  }

  /** Turns all coefficients of a progressive picture into samples. */
  void transformAll() {
    for (int y = 0; y < blockRows; y++) {
      for (int x = 0; x < blockColumns; x++) {
        transform(coefficients, (y * blockColumns + x) * 64, y, x);
      }
    }
  }
}
