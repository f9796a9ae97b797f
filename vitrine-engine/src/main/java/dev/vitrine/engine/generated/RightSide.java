package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Tile;
import dev.vitrine.engine.gen.Transpose;
import dev.vitrine.engine.kernel.Constants;
import java.lang.foreign.MemorySegment;

/** The right-hand matrices of products, in panels. */
abstract sealed class RightSide {
  final int rows;
  final int columns;
  final int width;

  private RightSide(View b, int width) {
    rows = Math.toIntExact(b.size(-2));
    columns = Math.toIntExact(b.size(-1));
    this.width = width;
  }

  static RightSide constant(View b, Tile tile, Constants constants) {
    return new Constant(b, tile.columns(), constants);
  }

  /** Matrices that only a run knows, whose rows or columns are adjacent. */
  static RightSide computed(View b, Tile tile, GeneratedKernels kernels, Constants constants) {
    return new Computed(b, tile.columns(), kernels, constants);
  }

  final long panelBytes() {
    return (long) rows * width * Float.BYTES;
  }

  void reserve(Block block, int panels) {}

  /** Whether {@link #address} only tells where panels are. */
  final boolean isPacked() {
    return this instanceof Constant;
  }

  /** Where that many panels of a batch's matrix are, from one on. */
  abstract long address(MemorySegment arena, Block block, int batch, int panel, int panels);

  private static final class Constant extends RightSide {
    private final Panels packed;

    Constant(View b, int width, Constants constants) {
      super(b, width);
      int axes = b.rank() - 2;
      boolean shared = b.strides().subList(0, axes).stream().allMatch(x -> x == 0);
      View one = b;
      for (int i = 0; shared && i < axes; i++) {
        one = one.select(0, 0);
      }
      packed = Panels.of(one, shared ? 0 : axes, width, constants);
    }

    @Override
    long address(MemorySegment arena, Block block, int batch, int panel, int panels) {
      return packed.address(packed.matrices() == 1 ? 0 : batch, panel);
    }
  }

  private static final class Computed extends RightSide {
    private static final int AREA = 0;

    private final Place place;
    private final boolean transposed;
    private final Routine transpose;
    private final MemorySegment one;

    Computed(View b, int width, GeneratedKernels kernels, Constants constants) {
      super(b, width);
      place = new Place(b, constants);
      transposed = b.stride(-1) != 1 && columns != 1;
      transpose = transposed ? kernels.routine(new Transpose(kernels.width())) : null;
      one = Panels.number(1, constants);
    }

    @Override
    void reserve(Block block, int panels) {
      block.reserve(AREA, Math.max(1, panels * panelBytes()));
    }

    @Override
    long address(MemorySegment arena, Block block, int batch, int panel, int panels) {
      MemorySegment to = block.area(AREA);
      long from = place.at(arena, batch, place.view().rank() - 2);
      long row = (long) width * Float.BYTES;
      for (int i = 0; i < panels; i++) {
        int first = (panel + i) * width;
        int n = Math.min(width, columns - first);
        if (transposed) {
          block
              .set(Transpose.Arg.IN, from + first * place.stride(-1))
              .set(Transpose.Arg.IN_STRIDE, place.stride(-1))
              .set(Transpose.Arg.ROWS, n)
              .set(Transpose.Arg.COLUMNS, rows)
              .set(Transpose.Arg.OUT, to.address() + i * panelBytes())
              .set(Transpose.Arg.OUT_STRIDE, row)
              .set(Transpose.Arg.FACTOR, one.address())
              .set(Transpose.Arg.FACTOR_STEP, 0)
              .call(transpose);
        } else {
          long at = from - arena.address() + (long) first * Float.BYTES;
          for (int k = 0; k < rows; k++) {
            MemorySegment.copy(
                arena,
                at + k * place.stride(-2),
                to,
                i * panelBytes() + k * row,
                (long) n * Float.BYTES);
          }
        }
      }
      return to.address();
    }
  }
}
