package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Works on one row, the last axis, at a time: layer normalisation and softmax. */
final class RowKernel implements Kernel {
  /** What is done to a row of {@code n} in place. */
  interface Work {
    void apply(float[] row, int n, Functions functions);
  }

  private static final int WORK = 16 * 1024;

  private final String name;
  private final Strided x;
  private final Strided out;
  // What rows become; null where they stay as they are.
  private final RowCodes codes;
  // Which row of x each row of out comes from; null for its own.
  private final int[] picked;
  private final Work work;
  private final int axes;
  private final int n;
  private final long rows;
  private final long perTile;

  private RowKernel(
      String name, View x, View out, RowCodes codes, int[] picked, Constants constants, Work work) {
    this.name = name;
    this.x = new Strided(x, constants);
    this.out = new Strided(out, constants);
    this.codes = codes;
    this.work = work;
    this.picked = picked;
    axes = x.rank() - 1;
    n = Math.toIntExact(x.size(-1));
    rows = out.count(0, axes);
    perTile = Math.max(1, WORK / Math.max(1, n));
  }

  /**
   * @param codes what its rows become, or null
   */
  static Kernel layerNorm(Step.LayerNorm s, RowCodes codes, Constants constants) {
    float[] scale = Gemms.vector(s.scale(), constants);
    float[] shift = Gemms.vector(s.bias(), constants);
    float epsilon = s.epsilon();
    return new RowKernel(
        codes == null ? "layer_norm_portable" : "layer_norm_portable_codes",
        s.x(),
        s.out(),
        codes,
        s.rows() == null ? null : s.rows().index(),
        constants,
        (row, n, _) -> {
          Rows.add(row, -Rows.sum(row, n) / n, n);
          float variance = Rows.sumOfSquares(row, n) / n;
          Rows.multiply(row, (float) (1 / Math.sqrt(variance + epsilon)), n);
          if (scale != null && shift != null) {
            Rows.scaleAndShift(row, scale, shift, n);
          } else if (scale != null) {
            Rows.multiply(row, scale, n);
          } else if (shift != null) {
            Rows.add(row, shift, n);
          }
        });
  }

  static Kernel softmax(Step.Softmax s, Constants constants) {
    return new RowKernel(
        "softmax_portable",
        s.x(),
        s.out(),
        null,
        null,
        constants,
        (row, n, functions) -> {
          Rows.add(row, -Rows.max(row, n), n);
          functions.exp(row, n);
          Rows.multiply(row, 1 / Rows.sum(row, n), n);
        });
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int tiles() {
    return n == 0 ? 0 : Math.toIntExact((rows + perTile - 1) / perTile);
  }

  @Override
  public void reserve(Scratch scratch) {
    scratch.floats(0, n);
    scratch.get(Functions.class, Functions::new).reserve(n);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    float[] row = scratch.floats(0, n);
    Functions functions = scratch.get(Functions.class, Functions::new);
    long end = Math.min(rows, (tile + 1) * perTile);
    for (long i = tile * perTile; i < end; i++) {
      long from = picked == null ? i : picked[Math.toIntExact(i)];
      x.read(arena, x.at(from, axes), x.step(), row, 0, n);
      work.apply(row, n, functions);
      if (codes == null) {
        out.write(arena, out.at(i, axes), out.step(), row, 0, n);
      } else {
        codes.write(arena, Math.toIntExact(i), row, n);
      }
    }
  }
}
