package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Codes;
import dev.vitrine.engine.gen.QuantizedRows;
import dev.vitrine.engine.gen.RowArg;
import dev.vitrine.engine.kernel.Constants;
import java.lang.foreign.MemorySegment;

/** Makes codes of rows, wherever those are. */
final class Quantizer {
  private final QuantizedRows generator;
  private final Routine routine;
  private final Place codes;
  private final Place scale;
  private final Place zero;

  /**
   * @param given whether one scale and zero point are there for all rows
   */
  Quantizer(Codes out, boolean given, GeneratedKernels kernels, Constants constants) {
    generator = new QuantizedRows(kernels.width(), out.grade(), given);
    routine = kernels.routine(generator);
    codes = new Place(out.codes(), constants);
    scale = new Place(out.scale(), constants);
    zero = new Place(out.zero(), constants);
  }

  /** Whether there is a kernel for rows of that length and for where they go. */
  static boolean fits(Codes out, boolean given, GeneratedKernels kernels) {
    return out.codes().size(1) >= kernels.width().lanes()
        && out.codes().stride(1) == 1
        && (given || (out.scale().stride(0) == 1 && out.zero().stride(0) == 1));
  }

  String name() {
    return generator.name();
  }

  /**
   * @param from the address of the first of the rows
   * @param first its number
   */
  void run(MemorySegment arena, Block block, long from, long stride, int first, int count) {
    block
        .set(RowArg.IN, from)
        .set(RowArg.IN_STRIDE, stride)
        .set(RowArg.OUT, codes.at(arena, first, 1))
        .set(RowArg.OUT_STRIDE, codes.stride(0))
        .set(RowArg.ROWS, count)
        .set(RowArg.COLUMNS, codes.size(1))
        .set(
            RowArg.SCALE,
            generator.given()
                ? Float.floatToRawIntBits(scale.number(arena, first))
                : scale.at(arena, first, 1))
        .set(
            RowArg.ZERO, generator.given() ? zero.unsigned(arena, first) : zero.at(arena, first, 1))
        .call(routine);
  }
}
