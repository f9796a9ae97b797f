package dev.vitrine.vision.resize;

import dev.vitrine.vision.image.Image;
import java.util.function.DoubleUnaryOperator;

/**
 * Pillow's resampling, level for level: filters widened when shrinking (antialiasing), weights in
 * fixed point with 22 bits, one axis after the other with rounding to a level between. Columns come
 * first unless the height shrinks by much more than the width: Pillow's order from version 13 on.
 */
public enum Pillow implements Resampling {
  NEAREST(0, x -> 1),
  BOX(0.5, x -> x > -0.5 && x <= 0.5 ? 1 : 0),
  BILINEAR(1, x -> Math.max(0, 1 - Math.abs(x))),
  HAMMING(1, Pillow::hamming),
  BICUBIC(2, Pillow::bicubic),
  LANCZOS(3, Pillow::lanczos);

  private static final int FRACTION_BITS = 22;

  private final double support;
  private final DoubleUnaryOperator filter;

  Pillow(double support, DoubleUnaryOperator filter) {
    this.support = support;
    this.filter = filter;
  }

  @Override
  public Image resize(Image image, int height, int width) {
    return resize(image, Box.whole(image), height, width);
  }

  /** The part of the picture inside {@code box}, at {@code height × width}. */
  public Image resize(Image image, Box box, int height, int width) {
    box.check(image);
    Box whole = Box.whole(image);
    if (box.equals(whole) && height == image.height() && width == image.width()) {
      return image;
    }
    if (this == NEAREST) {
      return Separable.pick(
          image,
          picks(box.top(), box.bottom(), height, image.height()),
          picks(box.left(), box.right(), width, image.width()));
    }
    Taps rows = taps(image.height(), box.top(), box.bottom(), height);
    Taps columns = taps(image.width(), box.left(), box.right(), width);
    boolean rowsSame = height == image.height() && box.top() == 0 && box.bottom() == height;
    boolean columnsSame = width == image.width() && box.left() == 0 && box.right() == width;
    if (columnsSame) {
      return Separable.rows(image, rows);
    }
    if (rowsSame) {
      return Separable.columns(image, columns, 0, height);
    }
    if (image.height() - height > 2 * Math.max(0, image.width() - width)) {
      return Separable.columns(Separable.rows(image, rows), columns, 0, height);
    }
    Image narrowed = Separable.columns(image, columns, rows.first(), rows.last());
    return Separable.rows(narrowed, rows.shifted(-rows.first()));
  }

  /** Which pixels, with which weights, make each of {@code out} pixels of the range from–to. */
  Taps taps(int size, float from, float to, int out) {
    double scale = (double) (to - from) / out;
    double stretch = Math.max(scale, 1);
    double reach = support * stretch;
    Taps taps = new Taps(out, (int) Math.ceil(reach) * 2 + 1, FRACTION_BITS);
    for (int i = 0; i < out; i++) {
      double centre = from + (i + 0.5) * scale;
      int first = Math.max(0, (int) (centre - reach + 0.5));
      int end = Math.min(size, (int) (centre + reach + 0.5));
      double[] weights = new double[end - first];
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        weights[k] = filter.applyAsDouble((k + first - centre + 0.5) * (1 / stretch));
        sum += weights[k];
      }
      int[] fixed = new int[weights.length];
      for (int k = 0; k < weights.length; k++) {
        double w = sum == 0 ? weights[k] : weights[k] / sum;
        fixed[k] = (int) (w * (1 << FRACTION_BITS) + (w < 0 ? -0.5 : 0.5));
      }
      taps.set(i, first, fixed);
    }
    return taps;
  }

  /** The pixel nearest to each output pixel's centre; the position is summed step by step. */
  private static int[] picks(float from, float to, int out, int size) {
    double step = (double) (to - from) / out;
    double position = from + step * 0.5;
    int[] picks = new int[out];
    for (int i = 0; i < out; i++, position += step) {
      picks[i] = Math.min((int) position, size - 1);
    }
    return picks;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }

  private static double lanczos(double x) {
    return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
  }

  private static double hamming(double x) {
    double a = Math.abs(x);
    return a >= 1 ? 0 : sinc(a) * (0.54f + 0.46f * Math.cos(a * Math.PI));
  }

  /** Keys's cubic with a = −½. */
  private static double bicubic(double x) {
    double a = Math.abs(x);
    if (a < 1) {
      return (1.5 * a - 2.5) * a * a + 1;
    }
    return a < 2 ? ((-0.5 * a + 2.5) * a - 4) * a + 2 : 0;
  }
}
