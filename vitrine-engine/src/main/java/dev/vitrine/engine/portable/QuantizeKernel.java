package dev.vitrine.engine.portable;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Rows of numbers as codes. */
final class QuantizeKernel implements Kernel {
  private static final int WORK = 16 * 1024;

  private final String name;
  private final Strided x;
  private final RowCodes out;
  private final int rows;
  private final int n;
  private final int block;

  QuantizeKernel(Step.QuantizeRows s, Constants constants) {
    name = StepText.name(s) + "_portable";
    x = new Strided(s.x(), constants);
    out = new RowCodes(s.out(), s.given(), constants);
    rows = Math.toIntExact(s.x().size(0));
    n = Math.toIntExact(s.x().size(1));
    block = Math.max(1, WORK / Math.max(1, n));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int tiles() {
    return Math.ceilDiv(rows, block);
  }

  @Override
  public void reserve(Scratch scratch) {
    scratch.floats(0, n);
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    float[] row = scratch.floats(0, n);
    for (int i = tile * block; i < Math.min(rows, (tile + 1) * block); i++) {
      x.read(arena, x.at(i, 1), x.step(), row, 0, n);
      out.write(arena, i, row, n);
    }
  }
}
