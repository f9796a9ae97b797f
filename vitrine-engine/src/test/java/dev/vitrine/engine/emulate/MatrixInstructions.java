package dev.vitrine.engine.emulate;

import dev.vitrine.engine.asm.Instruction;
import dev.vitrine.engine.asm.Matrix;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.emulate.Emulator.Executor;
import java.util.Map;

/** Matrix registers: their sizes, loads and stores, and products of bytes. */
final class MatrixInstructions {
  private MatrixInstructions() {}

  private static final int COLUMNS_AT = 16;
  private static final int ROWS_AT = 48;

  static void addTo(Map<String, Executor> to) {
    to.put("ldtilecfg", MatrixInstructions::configure);
    to.put("tilerelease", (s, _) -> s.release());
    to.put("tileloadd", MatrixInstructions::load);
    to.put("tilestored", MatrixInstructions::store);
    to.put("tdpbusd", (s, i) -> multiply(s, i, false, true));
    to.put("tdpbsud", (s, i) -> multiply(s, i, true, false));
    to.put("tdpbssd", (s, i) -> multiply(s, i, true, true));
    to.put("tdpbuud", (s, i) -> multiply(s, i, false, false));
    to.put("tdpbf16ps", MatrixInstructions::multiplyHalves);
  }

  private static void configure(State s, Instruction i) {
    long at = s.address((Mem) i.operands().getFirst());
    byte[] bytes = new byte[64];
    for (int b = 0; b < bytes.length; b++) {
      bytes[b] = (byte) s.memory.load(at + b, 1);
    }
    require(bytes[0] == 1, "palette");
    s.release();
    for (int b = 1; b < bytes.length; b++) {
      boolean used = (b >= COLUMNS_AT && b < COLUMNS_AT + 16) || (b >= ROWS_AT && b < ROWS_AT + 8);
      require(used || bytes[b] == 0, "reserved byte " + b);
    }
    for (int t = 0; t < 8; t++) {
      s.matrixBytes[t] = bytes[COLUMNS_AT + 2 * t] & 255 | bytes[COLUMNS_AT + 2 * t + 1] << 8;
      s.matrixRows[t] = bytes[ROWS_AT + t];
      require(s.matrixRows[t] >= 0 && s.matrixRows[t] <= 16, "rows");
      require(s.matrixBytes[t] >= 0 && s.matrixBytes[t] <= 64, "columns");
      require(s.matrixRows[t] == 0 == (s.matrixBytes[t] == 0), "half a size");
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("the sizes of matrices are wrong: " + what);
    }
  }

  private static int matrix(State s, Instruction i, int operand) {
    int id = ((Matrix) i.operands().get(operand)).id();
    require(s.matrixRows[id] > 0, "tmm" + id + " has none");
    return id;
  }

  private static long row(State s, Mem m, int row) {
    long stride = s.general[m.index().id()];
    return s.general[m.base().id()] + m.disp() + row * stride;
  }

  private static void load(State s, Instruction i) {
    int t = matrix(s, i, 0);
    s.matrices[t] = new byte[16][64];
    for (int r = 0; r < s.matrixRows[t]; r++) {
      for (int b = 0; b < s.matrixBytes[t]; b++) {
        s.matrices[t][r][b] = (byte) s.memory.load(row(s, (Mem) i.operands().get(1), r) + b, 1);
      }
    }
  }

  private static void store(State s, Instruction i) {
    int t = matrix(s, i, 1);
    for (int r = 0; r < s.matrixRows[t]; r++) {
      for (int b = 0; b < s.matrixBytes[t]; b++) {
        s.memory.store(row(s, (Mem) i.operands().getFirst(), r) + b, 1, s.matrices[t][r][b]);
      }
    }
  }

  private static void check(State s, int c, int a, int b) {
    require(a != b && b != c && a != c, "the matrices are not three");
    require(s.matrixRows[c] == s.matrixRows[a], "rows of sums");
    require(s.matrixBytes[c] == s.matrixBytes[b], "columns of sums");
    require(s.matrixBytes[a] == 4 * s.matrixRows[b], "depth");
  }

  /**
   * Pairs of bfloat16: the first of each and the second are summed apart, one product after the
   * other without rounding in between, then together, then to what was there. What is too small for
   * a normal float is 0.
   */
  private static void multiplyHalves(State s, Instruction i) {
    int c = matrix(s, i, 0);
    int a = matrix(s, i, 1);
    int b = matrix(s, i, 2);
    check(s, c, a, b);
    for (int r = 0; r < s.matrixRows[c]; r++) {
      for (int n = 0; n < s.matrixBytes[c] / 4; n++) {
        float[] sums = new float[2];
        for (int k = 0; k < s.matrixBytes[a] / 2; k++) {
          float x = half(s.matrices[a][r], 2 * k);
          float y = half(s.matrices[b][k / 2], 4 * n + 2 * (k % 2));
          sums[k % 2] = normal(Math.fma(x, y, sums[k % 2]));
        }
        byte[] row = s.matrices[c][r];
        float old = Float.intBitsToFloat(word(row, 4 * n));
        int sum = Float.floatToRawIntBits(normal(normal(old) + normal(sums[0] + sums[1])));
        set(row, 4 * n, sum);
      }
    }
  }

  private static float half(byte[] row, int at) {
    return normal(Float.intBitsToFloat((row[at] & 255) << 16 | row[at + 1] << 24));
  }

  private static float normal(float x) {
    return Math.abs(x) < Float.MIN_NORMAL ? Math.copySign(0, x) : x;
  }

  private static int word(byte[] row, int at) {
    int word = 0;
    for (int k = 0; k < 4; k++) {
      word |= (row[at + k] & 255) << 8 * k;
    }
    return word;
  }

  private static void set(byte[] row, int at, int word) {
    for (int k = 0; k < 4; k++) {
      row[at + k] = (byte) (word >> 8 * k);
    }
  }

  private static void multiply(State s, Instruction i, boolean aSigned, boolean bSigned) {
    int c = matrix(s, i, 0);
    int a = matrix(s, i, 1);
    int b = matrix(s, i, 2);
    check(s, c, a, b);
    for (int r = 0; r < s.matrixRows[c]; r++) {
      for (int n = 0; n < s.matrixBytes[c] / 4; n++) {
        int sum = 0;
        for (int k = 0; k < s.matrixBytes[a]; k++) {
          int x = s.matrices[a][r][k];
          int y = s.matrices[b][k / 4][4 * n + k % 4];
          sum += (aSigned ? x : x & 255) * (bSigned ? y : y & 255);
        }
        byte[] row = s.matrices[c][r];
        set(row, 4 * n, word(row, 4 * n) + sum);
      }
    }
  }
}
