package dev.vitrine.vision;

import dev.vitrine.formats.Preprocessing;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.Pillow;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Turns pictures into a model's input, as its {@link Preprocessing} states: Pillow's resize, centre
 * crop, scale, mean and deviation. Immutable; safe for several threads.
 */
public final class Preprocessor {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Preprocessing how;

  /** For red, green and blue, the input's value of each of the 256 levels. */
  private final float[][] values = new float[3][256];

  public Preprocessor(Preprocessing how) {
    this.how = how;
    for (int c = 0; c < 3; c++) {
      for (int level = 0; level < 256; level++) {
        double scaled = level * how.scale() - how.mean().get(c);
        values[c][level] = (float) (scaled / how.std().get(c));
      }
    }
  }

  /** One picture as f32 {@code [1, 3, height, width]}. */
  public Tensor apply(Image image) {
    return apply(List.of(image));
  }

  /** Pictures as f32 {@code [n, 3, height, width]}. */
  public Tensor apply(List<Image> images) {
    Tensor out = Tensor.zeros(DType.F32, Shape.of(images.size(), 3, how.height(), how.width()));
    int width = how.width();
    float[] row = new float[width];
    long at = 0;
    for (Image image : images) {
      byte[] pixels = fit(image).toRgb().pixels();
      for (int c = 0; c < 3; c++) {
        int colour = how.bgr() ? 2 - c : c;
        float[] value = values[colour];
        for (int i = colour; i < pixels.length; i += 3 * width) {
          for (int x = 0; x < width; x++) {
            row[x] = value[pixels[i + 3 * x] & 0xff];
          }
          MemorySegment.copy(row, 0, out.data(), FLOAT, at, width);
          at += 4L * width;
        }
      }
    }
    return out;
  }

  /**
   * One picture as an input of that type: bytes are its levels as they are, others as {@link
   * #apply(Image)} has them.
   *
   * @param type [1, 3, height, width], or [1, height, width, 3] with channels last
   */
  public Tensor apply(Image image, TensorType type) {
    boolean last = isChannelsLast(type);
    if (type.dtype() != DType.U8 && !last) {
      return apply(image).cast(type.dtype());
    }
    byte[] pixels = fit(image).toRgb().pixels();
    byte[] levels = new byte[pixels.length];
    float[] floats = new float[type.dtype() == DType.U8 ? 0 : pixels.length];
    int plane = pixels.length / 3;
    for (int i = 0; i < pixels.length; i++) {
      int channel = last ? i % 3 : i / plane;
      int colour = how.bgr() ? 2 - channel : channel;
      levels[i] = pixels[(last ? i / 3 : i % plane) * 3 + colour];
      if (floats.length > 0) {
        floats[i] = values[colour][levels[i] & 0xff];
      }
    }
    if (floats.length > 0) {
      return Tensor.f32(type.shape(), floats).cast(type.dtype());
    }
    Tensor out = Tensor.zeros(type);
    out.data().copyFrom(MemorySegment.ofArray(levels));
    return out;
  }

  /** Whether an input takes pictures with their channels last. */
  public static boolean isChannelsLast(TensorType type) {
    return type.shape().rank() == 4 && type.shape().dim(3).is(3) && !type.shape().dim(1).is(3);
  }

  /** The picture resized and cropped to the input's size: what the model sees. */
  public Image fit(Image image) {
    Pillow filter =
        switch (how.interpolation()) {
          case NEAREST -> Pillow.NEAREST;
          case BILINEAR -> Pillow.BILINEAR;
          case BICUBIC -> Pillow.BICUBIC;
          case LANCZOS -> Pillow.LANCZOS;
        };
    int edge = how.resizeShortEdge();
    if (edge == 0) {
      return filter.resize(image, how.height(), how.width());
    }
    boolean wide = image.width() >= image.height();
    int height = wide ? edge : other(edge, image.height(), image.width());
    int width = wide ? other(edge, image.width(), image.height()) : edge;
    int top = (int) Math.rint((height - how.height()) / 2.0);
    int left = (int) Math.rint((width - how.width()) / 2.0);
    return filter.resize(image, height, width).crop(top, left, how.height(), how.width());
  }

  /** The long edge that belongs to a short one, rounded down. */
  private static int other(int edge, int longSide, int shortSide) {
    return Math.toIntExact((long) edge * longSide / shortSide);
  }
}
