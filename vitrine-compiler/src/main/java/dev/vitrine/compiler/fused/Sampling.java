package dev.vitrine.compiler.fused;

/** Where in a picture of bytes the brightness and the colours of its pixels are. */
public enum Sampling {
  /** A plane of luma, then half as many rows of pairs of Cb and Cr, each for 2×2 pixels. */
  NV12,
  /** As NV12 with Cr before Cb. */
  NV21,
  /** Row by row for each two pixels: luma, Cb, luma, Cr. */
  YUYV,
  /** Row by row for each two pixels: Cb, luma, Cr, luma. */
  UYVY;

  /** Whether luma has a plane of its own. */
  public boolean isPlanar() {
    return this == NV12 || this == NV21;
  }

  /** The place of a pixel's luma. */
  public int luma(int row, int column, int width) {
    return switch (this) {
      case NV12, NV21 -> row * width + column;
      case YUYV -> 2 * (row * width + column);
      case UYVY -> 2 * (row * width + column) + 1;
    };
  }

  /** The place of a pixel's Cb. */
  public int cb(int row, int column, int height, int width) {
    return colours(row, column, height, width)
        + switch (this) {
          case NV12, UYVY -> 0;
          case NV21, YUYV -> 1;
        };
  }

  /** The place of a pixel's Cr. */
  public int cr(int row, int column, int height, int width) {
    return colours(row, column, height, width)
        + switch (this) {
          case NV12 -> 1;
          case NV21 -> 0;
          case YUYV -> 3;
          case UYVY -> 2;
        };
  }

  private int colours(int row, int column, int height, int width) {
    int pair = column / 2 * 2;
    return isPlanar() ? (height + row / 2) * width + pair : 2 * (row * width + pair);
  }
}
