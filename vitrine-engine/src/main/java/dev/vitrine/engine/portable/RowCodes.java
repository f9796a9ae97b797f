package dev.vitrine.engine.portable;

import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.compiler.plan.Codes;
import dev.vitrine.engine.kernel.Constants;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Codes with their memory: reads their rows as numbers and writes rows of numbers as codes. */
final class RowCodes {
  private static final float ROUND = 12582912f;

  private final Strided codes;
  private final Strided scale;
  private final Strided zero;
  private final int levels;
  private final boolean given;

  RowCodes(Codes c, Constants constants) {
    this(c, true, constants);
  }

  /**
   * @param given whether rows are written by a scale and a zero point that are there
   */
  RowCodes(Codes c, boolean given, Constants constants) {
    this.given = given;
    codes = new Strided(c.codes(), constants);
    scale = new Strided(c.scale(), constants);
    zero = new Strided(c.zero(), constants);
    levels = c.grade().levels();
  }

  /** Codes minus the row's zero point. */
  void read(MemorySegment arena, int row, float[] to, int position, int n) {
    codes.readBytes(arena, codes.at(row, 1), codes.step(), zero(arena, row), to, position, n);
  }

  private int zero(MemorySegment arena, int row) {
    return zero.memory(arena).get(ValueLayout.JAVA_BYTE, zero.at(row, 1)) & 255;
  }

  float scale(MemorySegment arena, int row) {
    return scale.memory(arena).get(Strided.FLOAT, scale.at(row, 1) * Float.BYTES);
  }

  /** Quantizes a row as {@link QuantizeRows} says, or by what is given. */
  void write(MemorySegment arena, int row, float[] x, int n) {
    if (given) {
      writeGiven(arena, row, x, n);
      return;
    }
    Range range = Range.of(x, n, levels);
    long at = codes.at(row, 1);
    for (int i = 0; i < n; i++) {
      arena.set(ValueLayout.JAVA_BYTE, at + i * codes.step(), (byte) range.code(x[i]));
    }
    arena.set(Strided.FLOAT, scale.at(row, 1) * Float.BYTES, range.scale);
    arena.set(ValueLayout.JAVA_BYTE, zero.at(row, 1), (byte) range.zero);
  }

  private void writeGiven(MemorySegment arena, int row, float[] x, int n) {
    float by = scale(arena, row);
    int shift = zero(arena, row);
    float least = -shift;
    float greatest = levels - shift;
    long at = codes.at(row, 1);
    for (int i = 0; i < n; i++) {
      float steps = Math.min(Math.max(x[i] / by, least), greatest);
      arena.set(
          ValueLayout.JAVA_BYTE, at + i * codes.step(), (byte) ((int) rounded(steps) + shift));
    }
  }

  /** What a row's numbers are quantized by. */
  record Range(float scale, float inverse, int zero, int levels) {
    static Range of(float[] x, int n, int levels) {
      float low = 0;
      float high = 0;
      for (int i = 0; i < n; i++) {
        low = Math.min(low, x[i]);
        high = Math.max(high, x[i]);
      }
      float range = high - low;
      boolean flat = !(range > QuantizeRows.TINY);
      float inverse = flat ? 0 : levels / range;
      return new Range(flat ? 0 : range / levels, inverse, (int) rounded(-low * inverse), levels);
    }

    int code(float x) {
      return Math.clamp((int) rounded(x * inverse) + zero, 0, levels);
    }
  }

  /** To the nearest whole number, halves to even, for sizes far below 2²². */
  static float rounded(float x) {
    return (x + ROUND) - ROUND;
  }
}
