package dev.vitrine.formats;

import java.util.List;

/**
 * How a picture becomes a model's input: resize, crop, then {@code (pixel · scale − mean) ÷ std}
 * for each channel, channels first.
 *
 * @param height the input's rows after cropping
 * @param width the input's columns after cropping
 * @param resizeShortEdge the short edge before the centre crop, aspect kept; 0: resize straight to
 *     height × width
 * @param interpolation as Pillow does it, antialiased
 * @param scale what pixels 0…255 are multiplied by, usually 1/255
 * @param mean three values, for red, green, blue
 * @param std three values, for red, green, blue
 * @param bgr true when the first channel is blue
 */
public record Preprocessing(
    int height,
    int width,
    int resizeShortEdge,
    Interpolation interpolation,
    double scale,
    List<Double> mean,
    List<Double> std,
    boolean bgr) {
  /** Pillow's filters. */
  public enum Interpolation {
    NEAREST,
    BILINEAR,
    BICUBIC,
    LANCZOS
  }

  /** The statistics that most models were trained with. */
  public static Preprocessing imagenet(int height, int width, Interpolation interpolation) {
    return new Preprocessing(
        height,
        width,
        0,
        interpolation,
        1 / 255.0,
        List.of(0.485, 0.456, 0.406),
        List.of(0.229, 0.224, 0.225),
        false);
  }

  public Preprocessing withSize(int h, int w) {
    return new Preprocessing(h, w, 0, interpolation, scale, mean, std, bgr);
  }

  public Preprocessing withInterpolation(Interpolation other) {
    return new Preprocessing(height, width, resizeShortEdge, other, scale, mean, std, bgr);
  }
}
