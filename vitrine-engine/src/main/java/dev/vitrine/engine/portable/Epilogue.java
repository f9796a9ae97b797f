package dev.vitrine.engine.portable;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.plan.Function;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.kernel.Constants;
import java.lang.foreign.MemorySegment;

/**
 * What happens to sums before they are stored: a function, then a residual added.
 *
 * @param function null for none
 * @param residual null for none; of out's sizes
 * @param rows which row of out and of the residual a row goes to; null for its own
 * @param out the last axis is the columns, the axes before it count rows
 */
record Epilogue(Function function, Strided residual, int[] rows, Strided out) {
  static Epilogue of(
      Activation activation, View residual, int[] rows, View out, Constants constants) {
    return new Epilogue(
        Function.of(activation),
        residual == null ? null : new Strided(residual, constants),
        rows,
        new Strided(out, constants));
  }

  /**
   * Finishes and stores a block of the result.
   *
   * @param row its first row
   * @param count its rows
   * @param column its first column
   * @param n its columns
   * @param x its elements, row after row; changed
   * @param spare as long as x
   */
  void store(
      MemorySegment arena,
      long row,
      int count,
      int column,
      int n,
      float[] x,
      Functions functions,
      float[] spare) {
    finish(arena, row, count, column, n, x, functions, spare);
    int axes = out.view().rank() - 1;
    for (int i = 0; i < count; i++) {
      out.write(arena, out.at(place(row + i), axes) + column * out.step(), out.step(), x, i * n, n);
    }
  }

  /** Finishes a block without storing it; the parameters are those of {@link #store}. */
  void finish(
      MemorySegment arena,
      long row,
      int count,
      int column,
      int n,
      float[] x,
      Functions functions,
      float[] spare) {
    if (function != null) {
      functions.apply(function, x, count * n);
    }
    int axes = out.view().rank() - 1;
    if (residual != null) {
      for (int i = 0; i < count; i++) {
        long at = residual.at(place(row + i), axes) + column * residual.step();
        residual.read(arena, at, residual.step(), spare, i * n, n);
      }
      Rows.add(x, spare, count * n);
    }
  }

  private long place(long row) {
    return rows == null ? row : rows[Math.toIntExact(row)];
  }
}
