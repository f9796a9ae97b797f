package dev.vitrine.engine.portable;

import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * out = activation(a · b + bias) + residual for a batch of matrices: products as they are, and
 * convolutions as products of gathered pixels by weights. A tile is a block of rows by a panel of
 * columns; all of the depth is summed in it.
 */
final class GemmKernel implements Kernel {
  /** Where the left-hand rows come from. */
  interface Left {
    /** Row {@code row} of matrix {@code batch} to {@code depth} places of an array. */
    void read(MemorySegment arena, int batch, int row, float[] to, int position, Scratch scratch);

    default void reserve(Scratch scratch) {}
  }

  private static final int ROWS = 64;

  private final String name;
  private final Left left;
  private final Panels panels;
  private final Epilogue epilogue;
  private final int batches;
  private final int rows;
  private final int depth;
  private final int block;
  private final int blocks;

  GemmKernel(
      String name, Left left, Panels panels, Epilogue epilogue, int batches, int rows, int depth) {
    this.name = name;
    this.left = left;
    this.panels = panels;
    this.epilogue = epilogue;
    this.batches = batches;
    this.rows = rows;
    this.depth = depth;
    int wanted = Math.max(1, (rows + ROWS - 1) / ROWS);
    block = Multiply.padded((rows + wanted - 1) / wanted);
    blocks = block == 0 ? 0 : (rows + block - 1) / block;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int tiles() {
    return Math.multiplyExact(Math.multiplyExact(batches, blocks), panels.count());
  }

  @Override
  public void reserve(Scratch scratch) {
    scratch.floats(0, block * Multiply.padded(depth));
    scratch.floats(1, panels.width());
    scratch.rows(0, block, panels.width());
    scratch.get(Functions.class, Functions::new).reserve(panels.width());
    panels.reserve(scratch);
    left.reserve(scratch);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int panel = tile % panels.count();
    int batch = tile / panels.count() / blocks;
    int first = tile / panels.count() % blocks * block;
    int count = Math.min(block, rows - first);
    int padded = Multiply.padded(depth);
    float[] a = scratch.floats(0, block * padded);
    for (int i = 0; i < count; i++) {
      left.read(arena, batch, first + i, a, i * padded, scratch);
      Arrays.fill(a, i * padded + depth, (i + 1) * padded, 0);
    }
    int n = panels.width(panel);
    float[] bias = panels.bias(batch, panel);
    float[][] c = scratch.rows(0, block, panels.width());
    int all = Multiply.padded(count);
    for (int i = 0; i < all; i++) {
      if (bias == null) {
        Arrays.fill(c[i], 0, n, 0);
      } else {
        System.arraycopy(bias, 0, c[i], 0, n);
      }
    }
    Multiply.add(c, all, a, padded, 1, panels.rows(arena, batch, panel, scratch), padded, n);
    Functions functions = scratch.get(Functions.class, Functions::new);
    float[] spare = scratch.floats(1, panels.width());
    for (int i = 0; i < count; i++) {
      long row = (long) batch * rows + first + i;
      epilogue.store(arena, row, 1, panels.start(panel), n, c[i], functions, spare);
    }
  }
}
