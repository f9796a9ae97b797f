package dev.vitrine.features.embed;

/** Arithmetic on feature vectors, in double and in a fixed order. */
public final class Vectors {
  private Vectors() {}

  /** Whether no element is infinite or NaN. */
  public static boolean isFinite(float[] v) {
    for (float x : v) {
      if (!Float.isFinite(x)) {
        return false;
      }
    }
    return true;
  }

  /** Brings a vector to length 1 in place; zeros stay. */
  public static float[] normalise(float[] v) {
    return normalise(v, v.length);
  }

  /** Brings vectors of {@code channels} elements, one after the other, to length 1 in place. */
  public static float[] normalise(float[] v, int channels) {
    for (int from = 0; from < v.length; from += channels) {
      double sum = 0;
      for (int i = from; i < from + channels; i++) {
        sum += (double) v[i] * v[i];
      }
      double scale = sum == 0 ? 0 : 1 / Math.sqrt(sum);
      for (int i = from; i < from + channels; i++) {
        v[i] = (float) (v[i] * scale);
      }
    }
    return v;
  }
}
