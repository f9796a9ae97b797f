package dev.vitrine.vision.pca;

import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.FloatMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Paints patch features: their first three principal components become red, green and blue, each
 * stretched between its 1st and 99th percentile and interpolated to the picture's size. Pictures
 * that are painted together share the analysis, so like parts get like colours.
 *
 * @param blend the colours' share in the blended picture, 0…1
 * @param foreground leave out the background: the first component tells it from the object, and the
 *     colours come from a second analysis of the object alone
 */
public record PcaPainter(double blend, boolean foreground) {
  private static final int COLOURS = 3;
  private static final double TAIL = 0.01;

  /**
   * A painted picture, both of the original's size.
   *
   * @param mask the colours; black where there is background
   * @param blend the colours over the original
   */
  public record Painting(Image mask, Image blend) {}

  /**
   * Paints pictures.
   *
   * @param pictures the originals
   * @param features their patch features in the same order, all with as many channels
   */
  public List<Painting> paint(List<Image> pictures, List<FloatMap> features) {
    int d = features.getFirst().channels();
    Pca first = Pca.fit(join(features), d, foreground ? 1 : COLOURS);
    List<FloatMap> parts = project(first, features);
    List<FloatMap> objects = foreground ? parts : null;
    Foreground object = foreground ? Foreground.of(parts) : null;
    float[] shown = join(parts);
    if (foreground) {
      float[] inside = inside(object, parts, features);
      Pca second = Pca.fit(inside, d, COLOURS);
      parts = project(second, features);
      for (int i = 0; i < parts.size(); i++) {
        object.bleed(objects.get(i), parts.get(i));
      }
      shown = second.project(inside);
    }
    Stretch stretch = Stretch.of(shown, COLOURS, TAIL);
    List<Painting> out = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      FloatMap map = parts.get(i);
      out.add(paint(pictures.get(i).toRgb(), foreground ? beside(map, objects.get(i)) : map, stretch, object));
    }
    return out;
  }

  private Painting paint(Image picture, FloatMap map, Stretch stretch, Foreground object) {
    int height = picture.height();
    int width = picture.width();
    byte[] original = picture.pixels();
    byte[] mask = new byte[original.length];
    byte[] mixed = new byte[original.length];
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
              mixed[to] = (byte) Math.round((1 - blend) * (original[to] & 0xff) + blend * level);
            }
          }
        });
    return new Painting(Image.rgb(height, width, mask), Image.rgb(height, width, mixed));
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
