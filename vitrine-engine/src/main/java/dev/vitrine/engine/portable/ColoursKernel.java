package dev.vitrine.engine.portable;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.vitrine.compiler.fused.Sampling;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Pictures from a camera as colours, some rows at once. */
final class ColoursKernel implements Kernel {
  private static final int WORK = 32 * 1024;

  private final String name;
  private final Sampling sampling;
  private final float[] matrix = new float[12];
  private final Strided x;
  private final Strided out;
  private final int batch;
  private final int height;
  private final int width;
  private final int block;

  ColoursKernel(Step.Colours s, Constants constants) {
    name = StepText.name(s) + "_portable";
    sampling = s.how().sampling();
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = s.how().matrix().get(i);
    }
    x = new Strided(s.x(), constants);
    out = new Strided(s.out(), constants);
    batch = Math.toIntExact(s.out().size(0));
    height = Math.toIntExact(s.out().size(1));
    width = Math.toIntExact(s.out().size(2));
    block = Math.max(1, WORK / Math.max(1, width));
  }

  @Override
  public String name() {
    return name;
  }

  private int parts() {
    return Math.ceilDiv(height, block);
  }

  @Override
  public int tiles() {
    return batch * parts();
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int picture = tile / parts();
    int first = tile % parts() * block;
    long from = x.at(picture, 1);
    long to = out.at(picture, 1) + (long) first * width * 3;
    MemorySegment memory = x.memory(arena);
    float[] m = matrix;
    for (int row = first; row < Math.min(height, first + block); row++) {
      // Two pixels have the same colours.
      for (int column = 0; column < width; column += 2) {
        float cb = memory.get(JAVA_BYTE, from + sampling.cb(row, column, height, width)) & 0xff;
        float cr = memory.get(JAVA_BYTE, from + sampling.cr(row, column, height, width)) & 0xff;
        for (int i = 0; i < 2; i++, to += 3) {
          float y = memory.get(JAVA_BYTE, from + sampling.luma(row, column + i, width)) & 0xff;
          arena.set(JAVA_BYTE, to, level(m[0] * y + m[1] * cb + m[2] * cr + m[3]));
          arena.set(JAVA_BYTE, to + 1, level(m[4] * y + m[5] * cb + m[6] * cr + m[7]));
          arena.set(JAVA_BYTE, to + 2, level(m[8] * y + m[9] * cb + m[10] * cr + m[11]));
        }
      }
    }
  }

  private static byte level(float x) {
    return (byte) RowCodes.rounded(Math.clamp(x, 0f, 255f));
  }
}
