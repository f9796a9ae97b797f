package dev.vitrine.vision.pca;

import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.FloatMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Paints patch features: their first three principal components become red, green and blue, each
 * stretched between its 1st and 99th percentile and smoothed to the picture's size. Pictures that
 * are painted together share the analysis, so like parts get like colours. Immutable.
 */
public final class PcaPainter {
  private static final int COLOURS = 3;
  private static final double TAIL = 0.01;

  private final List<FloatMap> components;
  private final Stretch stretch;

  /** With a foreground the maps have a fourth channel, which tells; else null. */
  private final Foreground object;

  /**
   * A painted picture, both of the original's size.
   *
   * @param mask the colours; black where there is background
   * @param blend the colours over the original
   */
  public record Painting(Image mask, Image blend) {}

  private PcaPainter(List<FloatMap> components, Stretch stretch, Foreground object) {
    this.components = components;
    this.stretch = stretch;
    this.object = object;
  }

  /** Analyses the features of pictures, all with as many channels, at least three. */
  public static PcaPainter whole(List<FloatMap> features) {
    List<FloatMap> parts = project(fit(join(features), features, COLOURS), features);
    return new PcaPainter(parts, Stretch.of(join(parts), COLOURS, TAIL), null);
  }

  /**
   * As {@link #whole}, but leaves out the background: the first component tells it from the object,
   * and the colours come from a second analysis of the object alone.
   */
  public static PcaPainter foreground(List<FloatMap> features) {
    List<FloatMap> firsts = project(fit(join(features), features, 1), features);
    Foreground object = Foreground.of(firsts);
    float[] inside = inside(object, firsts, features);
    Pca second = fit(inside, features, COLOURS);
    List<FloatMap> parts = new ArrayList<>();
    for (FloatMap map : project(second, features)) {
      FloatMap first = firsts.get(parts.size());
      object.bleed(first, map);
      parts.add(beside(map, first));
    }
    return new PcaPainter(parts, Stretch.of(second.project(inside), COLOURS, TAIL), object);
  }

  private static Pca fit(float[] vectors, List<FloatMap> features, int components) {
    int d = features.getFirst().channels();
    if (d < COLOURS || features.stream().anyMatch(f -> f.channels() != d)) {
      throw new VitrineException(
          "features of " + d + " channels, or of unlike numbers, make no picture");
    }
    return Pca.fit(vectors, d, components);
  }

  /**
   * Paints a picture.
   *
   * @param index which of the analysed features are the picture's
   * @param share the colours' share in the blended picture, 0…1
   */
  public Painting paint(Image original, int index, double share) {
    FloatMap map = components.get(index);
    int height = original.height();
    int width = original.width();
    byte[] under = original.toRgb().pixels();
    byte[] mask = new byte[under.length];
    byte[] blend = new byte[under.length];
    map.smooth(
        height,
        width,
        (y, row) -> {
          int to = y * width * COLOURS;
          for (int x = 0; x < width; x++) {
            int from = x * map.channels();
            boolean seen = object == null || object.contains(row[from + COLOURS]);
            for (int c = 0; c < COLOURS; c++, to++) {
              int level = seen ? stretch.level(c, row[from + c]) : 0;
              mask[to] = (byte) level;
              blend[to] = (byte) Math.round((1 - share) * (under[to] & 0xff) + share * level);
            }
          }
        });
    return new Painting(Image.rgb(height, width, mask), Image.rgb(height, width, blend));
  }

  private static List<FloatMap> project(Pca pca, List<FloatMap> features) {
    return features.stream()
        .map(f -> new FloatMap(f.height(), f.width(), pca.components(), pca.project(f.values())))
        .toList();
  }

  /** The features of the cells that are foreground; of all when none is. */
  private static float[] inside(Foreground object, List<FloatMap> firsts, List<FloatMap> features) {
    int d = features.getFirst().channels();
    float[] all = join(features);
    float[] first = join(firsts);
    float[] out = new float[all.length];
    int n = 0;
    for (int i = 0; i < first.length; i++) {
      if (object.contains(first[i])) {
        System.arraycopy(all, i * d, out, n, d);
        n += d;
      }
    }
    return n == 0 ? all : Arrays.copyOf(out, n);
  }

  /** Two maps of one size as one, channel after channel. */
  private static FloatMap beside(FloatMap a, FloatMap b) {
    int channels = a.channels() + b.channels();
    float[] out = new float[Math.multiplyExact(a.cells(), channels)];
    for (int i = 0; i < a.cells(); i++) {
      System.arraycopy(a.values(), i * a.channels(), out, i * channels, a.channels());
      System.arraycopy(
          b.values(), i * b.channels(), out, i * channels + a.channels(), b.channels());
    }
    return new FloatMap(a.height(), a.width(), channels, out);
  }

  static float[] join(List<FloatMap> maps) {
    if (maps.size() == 1) {
      return maps.getFirst().values();
    }
    long n = maps.stream().mapToLong(m -> m.values().length).sum();
    float[] out = new float[Math.toIntExact(n)];
    int at = 0;
    for (FloatMap map : maps) {
      System.arraycopy(map.values(), 0, out, at, map.values().length);
      at += map.values().length;
    }
    return out;
  }
}
