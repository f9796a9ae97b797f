package dev.vitrine.vision;

import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.resize.FloatMap;
import java.util.Arrays;

/** Lays a model's features out as they lie on the picture. */
public final class PatchGrid {
  /** Tokens that a sequence may begin with: none, a class token, that and four registers. */
  private static final int[] SPECIAL = {0, 1, 5};

  private PatchGrid() {}

  /**
   * The grid of one picture's features: from tokens {@code [1, n, channels]} in rows of square
   * patches, with or without special tokens before them, or from a map {@code [1, channels, h, w]}.
   *
   * @param height the model's input
   * @param width the model's input
   * @throws VitrineException when the tensor is neither
   */
  public static FloatMap of(Tensor features, int height, int width) {
    boolean one = features.dtype().isFloat() && features.rank() > 2 && features.size(0) == 1;
    if (one && features.rank() == 4) {
      return channelsLast(features);
    }
    if (one && features.rank() == 3) {
      int channels = Math.toIntExact(features.size(2));
      for (int special : SPECIAL) {
        long n = features.size(1) - special;
        int patch = n < 1 ? 0 : (int) Math.round(Math.sqrt((double) height * width / n));
        if (patch > 0 && (long) (height / patch) * (width / patch) == n) {
          float[] all = features.toFloats();
          float[] patches =
              special == 0 ? all : Arrays.copyOfRange(all, special * channels, all.length);
          return new FloatMap(height / patch, width / patch, channels, patches);
        }
      }
    }
    throw new VitrineException(
        "an output "
            + features.type()
            + " holds no patches of a picture of "
            + height
            + "×"
            + width
            + "; choose another");
  }

  private static FloatMap channelsLast(Tensor map) {
    int channels = Math.toIntExact(map.size(1));
    int h = Math.toIntExact(map.size(2));
    int w = Math.toIntExact(map.size(3));
    float[] in = map.toFloats();
    float[] out = new float[in.length];
    int cells = h * w;
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < cells; i++) {
        out[i * channels + c] = in[c * cells + i];
      }
    }
    return new FloatMap(h, w, channels, out);
  }
}
