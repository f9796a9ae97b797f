package dev.vitrine.build.data;

import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.Pillow;
import java.util.Collections;
import java.util.List;

/**
 * How a picture becomes a floating input of a model: resized to it as a whole, its channels in
 * order, {@code (level − mean) ÷ std}. Immutable.
 *
 * @param type of the input: [B, C, H, W] or [B, H, W, C] with one or three channels
 * @param channelsLast whether C is the last axis
 * @param order what the channels are
 * @param mean for each channel in that order, of levels 0…255; empty: 0
 * @param std for each channel in that order, of levels 0…255; empty: 1
 */
public record PictureForm(
    TensorType type,
    boolean channelsLast,
    Order order,
    List<Double> mean,
    List<Double> std,
    Interpolation interpolation) {
  private static final int LEVELS = 256;

  /** What a picture's channels are. */
  public enum Order {
    RGB(0, 1, 2),
    BGR(2, 1, 0),
    GRAY(0);

    private final int[] channels;

    Order(int... channels) {
      this.channels = channels;
    }

    public int channels() {
      return channels.length;
    }
  }

  /**
   * @throws VitrineException when the numbers of channels differ or a deviation is 0
   */
  public PictureForm {
    long channels = type.shape().rank() == 4 ? type.shape().size(channelsLast ? 3 : 1) : -1;
    if (channels != order.channels()) {
      throw new VitrineException(
          "%s has no place for %s pictures %s; choose another tensor_format, tensor_layout or calibration_format"
              .formatted(type, order, channelsLast ? "with channels last" : "with channels first"));
    }
    mean = spread(mean, 0, order.channels(), "mean");
    std = spread(std, 1, order.channels(), "std");
    if (std.contains(0.0)) {
      throw new VitrineException("a std is 0; state the deviation of levels 0…255, such as 58.395");
    }
  }

  private static List<Double> spread(List<Double> values, double otherwise, int n, String what) {
    if (values.isEmpty() || values.size() == 1) {
      return Collections.nCopies(n, values.isEmpty() ? otherwise : values.getFirst());
    } else if (values.size() != n) {
      throw new VitrineException(
          "the %s has %d numbers for %d channels".formatted(what, values.size(), n));
    }
    return List.copyOf(values);
  }

  public int height() {
    return Math.toIntExact(type.shape().size(channelsLast ? 1 : 2));
  }

  public int width() {
    return Math.toIntExact(type.shape().size(channelsLast ? 2 : 3));
  }

  /** What each level of each channel stands for: f32 [C, 256]. */
  public Tensor levels() {
    return levels(1, 0);
  }

  /** As {@link #levels()} for levels that stand for {@code scale · (level − zero)} themselves. */
  public Tensor levels(double scale, double zero) {
    int n = order.channels();
    Tensor out = Tensor.zeros(DType.F32, Shape.of(n, LEVELS));
    for (int c = 0; c < n; c++) {
      for (int level = 0; level < LEVELS; level++) {
        double x = scale * (level - zero);
        out.set((long) c * LEVELS + level, (x - mean.get(c)) / std.get(c));
      }
    }
    return out;
  }

  /** The picture at the input's size: what the model sees. */
  public Image fitted(Image picture) {
    return filter().resize(picture, height(), width());
  }

  /** The picture's levels as the input has them, channels last: H·W·C bytes. */
  public byte[] pixels(Image picture) {
    Image fitted = fitted(picture);
    int n = order.channels();
    byte[] in = n == 1 && fitted.channels() == 1 ? fitted.pixels() : fitted.toRgb().pixels();
    byte[] out = new byte[height() * width() * n];
    for (int i = 0; i < out.length / n; i++) {
      if (n == 1) {
        out[i] = fitted.channels() == 1 ? in[i] : luma(in, 3 * i);
      } else {
        for (int c = 0; c < n; c++) {
          out[n * i + c] = in[n * i + order.channels[c]];
        }
      }
    }
    return out;
  }

  /** Pillow's grey of a pixel: ITU-R 601-2, in 16 bits. */
  private static byte luma(byte[] rgb, int at) {
    int sum = 19595 * (rgb[at] & 0xff) + 38470 * (rgb[at + 1] & 0xff) + 7471 * (rgb[at + 2] & 0xff);
    return (byte) ((sum + 0x8000) >> 16);
  }

  private Pillow filter() {
    return switch (interpolation) {
      case NEAREST -> Pillow.NEAREST;
      case BILINEAR -> Pillow.BILINEAR;
      case BICUBIC -> Pillow.BICUBIC;
      case LANCZOS -> Pillow.LANCZOS;
    };
  }

  /** The input for a picture; for a batch, the same picture again and again. */
  public Tensor floats(Image picture) {
    byte[] pixels = pixels(picture);
    float[] levels = levels().toFloats();
    int n = order.channels();
    Tensor out = Tensor.zeros(type);
    long at = 0;
    for (long b = 0; b < type.shape().size(0); b++) {
      for (int i = 0; i < pixels.length; i++, at++) {
        int plane = pixels.length / n;
        int c = channelsLast ? i % n : i / plane;
        int pixel = channelsLast ? i : i % plane * n + c;
        out.set(at, (double) levels[c * LEVELS + (pixels[pixel] & 0xff)]);
      }
    }
    return out;
  }
}
