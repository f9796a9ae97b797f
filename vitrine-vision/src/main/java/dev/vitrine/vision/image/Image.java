package dev.vitrine.vision.image;

import java.util.Arrays;

/**
 * A picture of 8-bit levels: grey (one channel) or red, green, blue (three). Rows from the top,
 * pixels from the left, channels interleaved. Immutable; safe for several threads.
 */
public final class Image {
  private final int height;
  private final int width;
  private final int channels;
  private final byte[] pixels;

  private Image(int height, int width, int channels, byte[] pixels) {
    if (height < 1 || width < 1) {
      throw new ImageException("a picture can't be " + height + "×" + width);
    }
    if (pixels.length != size(height, width, channels)) {
      throw new ImageException(
          height + "×" + width + "×" + channels + " levels don't fit " + pixels.length + " bytes");
    }
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.pixels = pixels;
  }

  /** A colour picture over {@code pixels}, which now belong to it. */
  public static Image rgb(int height, int width, byte[] pixels) {
    return new Image(height, width, 3, pixels);
  }

  /** A grey picture over {@code pixels}, which now belong to it. */
  public static Image grey(int height, int width, byte[] pixels) {
    return new Image(height, width, 1, pixels);
  }

  /** A picture with one or three channels over {@code pixels}, which now belong to it. */
  public static Image of(int height, int width, int channels, byte[] pixels) {
    return channels == 1 ? grey(height, width, pixels) : rgb(height, width, pixels);
  }

  /** A picture of one colour, given as {@code 0xRRGGBB}. */
  public static Image filled(int height, int width, int colour) {
    byte[] out = new byte[size(height, width, 3)];
    for (int i = 0; i < out.length; i += 3) {
      out[i] = (byte) (colour >> 16);
      out[i + 1] = (byte) (colour >> 8);
      out[i + 2] = (byte) colour;
    }
    return rgb(height, width, out);
  }

  /** The number of levels of a picture; an error when one array can't hold them. */
  static int size(int height, int width, int channels) {
    long n = (long) height * width;
    if (n > (Integer.MAX_VALUE - 8) / channels) {
      throw new ImageException("a picture of " + height + "×" + width + " is too large");
    }
    return (int) n * channels;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** 1 or 3. */
  public int channels() {
    return channels;
  }

  /** The levels, channels interleaved: the picture's own array, to be read only. */
  public byte[] pixels() {
    return pixels;
  }

  /** The level 0…255 at a row, column and channel. */
  public int at(int y, int x, int channel) {
    return pixels[(y * width + x) * channels + channel] & 0xff;
  }

  /** This picture with three channels: itself if it has them, else grey repeated. */
  public Image toRgb() {
    if (channels == 3) {
      return this;
    }
    byte[] out = new byte[size(height, width, 3)];
    for (int i = 0; i < pixels.length; i++) {
      Arrays.fill(out, 3 * i, 3 * i + 3, pixels[i]);
    }
    return rgb(height, width, out);
  }

  /**
   * The rectangle with its first pixel at row {@code top}, column {@code left}; what lies outside
   * the picture is black.
   */
  public Image crop(int top, int left, int rows, int columns) {
    byte[] out = new byte[size(rows, columns, channels)];
    int from = Math.max(0, left);
    int to = Math.min(width, left + columns);
    for (int y = Math.max(0, top); y < Math.min(height, top + rows) && from < to; y++) {
      System.arraycopy(
          pixels,
          (y * width + from) * channels,
          out,
          ((y - top) * columns + from - left) * channels,
          (to - from) * channels);
    }
    return of(rows, columns, channels, out);
  }

  /** Equal size, channels and levels. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Image i
        && height == i.height
        && width == i.width
        && channels == i.channels
        && Arrays.equals(pixels, i.pixels);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(pixels) * 31 + width;
  }

  /** Such as {@code 300×451 rgb}. */
  @Override
  public String toString() {
    return height + "×" + width + (channels == 1 ? " grey" : " rgb");
  }
}
