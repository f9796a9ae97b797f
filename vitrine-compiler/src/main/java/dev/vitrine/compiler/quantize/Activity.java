package dev.vitrine.compiler.quantize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What calibration saw of one value of shape […, K]: the range of each channel, which always
 * includes 0, and some of the rows. The memory that it takes doesn't grow with the number of
 * samples.
 */
final class Activity {
  private final float[] lo;
  private final float[] hi;
  private final int limit;
  private List<float[]> rows = new ArrayList<>();
  private long seen;
  private long stride = 1;

  /**
   * @param limit the most rows to keep
   */
  Activity(int depth, int limit) {
    lo = new float[depth];
    hi = new float[depth];
    this.limit = limit;
  }

  /** Takes in the channels' ranges in one sample. */
  void range(float[] least, float[] greatest) {
    for (int k = 0; k < lo.length; k++) {
      lo[k] = Math.min(lo[k], least[k]);
      hi[k] = Math.max(hi[k], greatest[k]);
    }
  }

  /** Takes in rows of one sample. When there are too many, every second one goes. */
  void rows(float[] values) {
    for (int at = 0; at < values.length; at += lo.length, seen++) {
      if (seen % stride == 0) {
        rows.add(Arrays.copyOfRange(values, at, at + lo.length));
      }
      if (rows.size() > limit) {
        List<float[]> half = new ArrayList<>();
        for (int i = 0; i < rows.size(); i += 2) {
          half.add(rows.get(i));
        }
        rows = half;
        stride *= 2;
      }
    }
  }

  float[] lo() {
    return lo;
  }

  float[] hi() {
    return hi;
  }

  /** The rows kept, one after the other; fresh. */
  float[] rows() {
    return rows(rows.size());
  }

  /** So many at most of the rows kept, spread evenly over them. */
  float[] rows(int most) {
    int n = Math.min(most, rows.size());
    float[] out = new float[n * lo.length];
    for (int i = 0; i < n; i++) {
      float[] row = rows.get((int) ((long) rows.size() * i / n));
      System.arraycopy(row, 0, out, i * lo.length, lo.length);
    }
    return out;
  }
}
