package dev.vitrine.compiler.quantize;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A matrix of integers with a scale for each column.
 *
 * @param codes s8[K, N]
 * @param scales f32[N]
 * @param clip the mean ratio of the columns' ranges to their largest elements
 */
record Weight(Tensor codes, Tensor scales, double clip) {
  private static final int RATIOS = 9;
  private static final float STEP = 0.025f;

  /**
   * How far feedback may move a weight, in steps. A channel that is small in the calibration's
   * pictures may be very large for a token of another, where more would do harm.
   */
  private static final float MOVED = 0.25f;

  // Adding and taking away 1.5 · 2²³ rounds a small float to the nearest whole number, ties to
  // even.
  private static final float ROUND = 0x1.8p23f;

  /**
   * Quantizes a matrix. Each column's range is its largest element times the one of nine ratios
   * from 1 down to 0.8 whose squared error is least. All rows count the same for that: what is
   * small on the calibration's pictures may be large on others.
   *
   * @param w [K, N]
   * @param feedback how rows make up for each other's errors; null where nothing is known
   * @param greatest the greatest code
   */
  static Weight of(float[] w, int depth, Feedback feedback, int greatest) {
    int columns = w.length / depth;
    float[] largest = new float[columns];
    for (int k = 0; k < depth; k++) {
      for (int n = 0; n < columns; n++) {
        largest[n] = Math.max(largest[n], Math.abs(w[k * columns + n]));
      }
    }
    float[] best = new float[columns];
    float[] ratios = new float[columns];
    Arrays.fill(best, Float.POSITIVE_INFINITY);
    float[] error = new float[columns];
    float[] scale = new float[columns];
    float[] inverse = new float[columns];
    for (int r = 0; r < RATIOS; r++) {
      float ratio = 1 - r * STEP;
      for (int n = 0; n < columns; n++) {
        scale[n] = largest[n] * ratio / greatest;
        inverse[n] = inverse(scale[n]);
      }
      errors(w, scale, inverse, greatest, error);
      for (int n = 0; n < columns; n++) {
        if (error[n] < best[n]) {
          best[n] = error[n];
          ratios[n] = ratio;
        }
      }
    }
    double clip = 0;
    for (int n = 0; n < columns; n++) {
      scale[n] = largest[n] * ratios[n] / greatest;
      inverse[n] = inverse(scale[n]);
      clip += ratios[n] / columns;
    }
    Tensor matrix = Tensor.zeros(DType.I8, Shape.of(depth, columns));
    matrix.data().copyFrom(MemorySegment.ofArray(codes(w, feedback, scale, inverse, greatest)));
    return new Weight(matrix, Tensor.f32(Shape.of(columns), scale), clip);
  }

  private static byte[] codes(
      float[] w, Feedback feedback, float[] scale, float[] inverse, int greatest) {
    int columns = scale.length;
    byte[] codes = new byte[w.length];
    float[] errors = new float[w.length];
    float[] row = new float[columns];
    for (int k = w.length / columns - 1; k >= 0; k--) {
      int at = k * columns;
      System.arraycopy(w, at, row, 0, columns);
      if (feedback != null) {
        feedback.addTo(row, k, errors);
      }
      for (int n = 0; n < columns; n++) {
        float most = MOVED * scale[n];
        float moved = Math.max(w[at + n] - most, Math.min(w[at + n] + most, row[n]));
        float code = code(moved * inverse[n], greatest);
        codes[at + n] = (byte) code;
        errors[at + n] = w[at + n] - code * scale[n];
      }
    }
    return codes;
  }

  private static float inverse(float scale) {
    float inverse = 1 / scale;
    return Float.isInfinite(inverse) ? 0 : inverse;
  }

  private static float code(float x, int greatest) {
    float code = (x + ROUND) - ROUND;
    return Math.max(-greatest, Math.min(greatest, code));
  }

  private static void errors(
      float[] w, float[] scale, float[] inverse, int greatest, float[] error) {
    Arrays.fill(error, 0);
    int columns = error.length;
    for (int at = 0; at < w.length; at += columns) {
      for (int n = 0; n < columns; n++) {
        float d = w[at + n] - code(w[at + n] * inverse[n], greatest) * scale[n];
        error[n] += d * d;
      }
    }
  }

  /** The matrix that this stands for, [K, N]. */
  float[] floats() {
    float[] scale = scales.toFloats();
    byte[] bytes = codes.data().toArray(ValueLayout.JAVA_BYTE);
    float[] out = new float[bytes.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = bytes[i] * scale[i % scale.length];
    }
    return out;
  }
}
