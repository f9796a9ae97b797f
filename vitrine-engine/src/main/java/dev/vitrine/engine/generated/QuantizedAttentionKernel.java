package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Gemm.Arg;
import dev.vitrine.engine.gen.MatrixSums;
import dev.vitrine.engine.gen.QuantizedGemm;
import dev.vitrine.engine.gen.QuantizedRows;
import dev.vitrine.engine.gen.RowArg;
import dev.vitrine.engine.gen.SignedRows;
import dev.vitrine.engine.gen.SoftmaxCodes;
import dev.vitrine.engine.gen.Tile;
import dev.vitrine.engine.gen.Transpose;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * Attention on bytes. A tile is a stretch of one head's queries: it makes panels of bytes of the
 * head's keys and values, and then a block of queries after another gets its scores against all
 * keys, the weights' high and low bytes, and with each of these a sum of values. Both are products
 * of codes by panels as of constant weights.
 *
 * <p>Keys are filled up to whole panels: with codes of 0, and with scores whose weight is 0.
 */
final class QuantizedAttentionKernel implements Kernel {
  /** Tiles of rows in a block of queries: few enough for their scores to stay in the cache. */
  private static final int TILES = 2;

  /** The same for matrix registers. */
  private static final int MATRIX_ROWS = 64;

  /** So many tiles that threads share them evenly; each makes the panels of its head again. */
  private static final int ENOUGH = 3 * Runtime.getRuntime().availableProcessors();

  private static final float NO_SCORE = -1e30f;

  private enum Area {
    KEYS,
    KEY_COLUMNS,
    VALUES,
    VALUE_COLUMNS,
    ROWS,
    BYTES,
    CODES,
    STATE
  }

  private final Place q;
  private final Place k;
  private final Place v;
  private final Place out;
  private final ByteProduct score;
  private final ByteProduct mixHigh;
  private final ByteProduct mixLow;
  private final Routine queryCodes;
  private final Routine keyCodes;
  private final Routine valueCodes;
  private final Routine softmax;
  private final Routine transpose;
  private final Routine move;
  private final MemorySegment one;
  private final float factor;
  private final int heads;
  private final int queries;
  private final int keys;
  private final int depth;
  private final int width;
  private final int panel;
  private final int padded;
  private final int block;
  private final int perTile;

  private QuantizedAttentionKernel(
      Step.QuantizedAttention s, GeneratedKernels kernels, Constants constants) {
    q = new Place(s.q(), constants);
    k = new Place(s.k(), constants);
    v = new Place(s.v(), constants);
    out = new Place(s.out(), constants);
    factor = s.factor();
    heads = Math.multiplyExact(q.size(0), q.size(1));
    queries = q.size(2);
    keys = k.size(2);
    depth = q.size(3);
    width = v.size(3);
    Tile tile = Tile.of(kernels.width()).getFirst();
    panel = tile.columns();
    boolean matrices = kernels.level().amx() && depth % MatrixSums.DEPTH == 0;
    int unit = matrices ? MatrixSums.DEPTH : panel;
    padded = Math.ceilDiv(keys, unit) * unit;
    block = matrices ? MATRIX_ROWS : TILES * tile.rows();
    int blocks = Math.ceilDiv(queries, block);
    int stretches = Math.clamp(Math.ceilDiv(ENOUGH, Math.max(1, heads)), 1, Math.max(1, blocks));
    perTile = Math.max(1, Math.ceilDiv(blocks, stretches)) * block;
    score = product(false, depth, padded, kernels);
    mixHigh = product(false, padded, width, kernels);
    mixLow = product(true, padded, width, kernels);
    queryCodes = kernels.routine(new QuantizedRows(kernels.width(), Grade.W8A8));
    keyCodes = kernels.routine(new SignedRows(kernels.width(), true));
    valueCodes = kernels.routine(new SignedRows(kernels.width(), false));
    softmax = kernels.routine(new SoftmaxCodes(kernels.width()));
    transpose = kernels.routine(new Transpose(kernels.width()));
    move = kernels.routine(new Transpose(kernels.width(), false));
    one = Panels.number(1, constants);
  }

  private static ByteProduct product(
      boolean residual, int depth, int columns, GeneratedKernels kernels) {
    return ByteProduct.of(Grade.W8A8, Activation.NONE, residual, depth, columns, kernels);
  }

  /** A kernel for the step, or null where its sizes are not for this. */
  static Kernel of(Step.QuantizedAttention s, GeneratedKernels kernels, Constants constants) {
    for (View view : new View[] {s.q(), s.k(), s.v(), s.out()}) {
      if (view.stride(-1) != 1) {
        return null;
      }
    }
    int panel = Tile.of(kernels.width()).getFirst().columns();
    return kernels.level().vnni()
            && s.k().size(2) > 0
            && s.q().size(3) > 0
            && s.q().size(3) % kernels.width().lanes() == 0
            && s.v().size(3) % panel == 0
        ? new QuantizedAttentionKernel(s, kernels, constants)
        : null;
  }

  @Override
  public String name() {
    return score.name().replace("gemm", "attention").replace("_bias", "");
  }

  @Override
  public int tiles() {
    return Math.multiplyExact(heads, Math.ceilDiv(queries, perTile));
  }

  private long columnBytes() {
    return (long) QuantizedGemm.COLUMN_NUMBERS * panel * Float.BYTES;
  }

  @Override
  public void reserve(Scratch scratch) {
    Block b = Block.of(scratch);
    b.reserve(Area.KEYS.ordinal(), (long) padded * depth);
    b.reserve(Area.KEY_COLUMNS.ordinal(), padded / panel * columnBytes());
    b.reserve(Area.VALUES.ordinal(), (long) padded * Math.max(1, width));
    b.reserve(Area.VALUE_COLUMNS.ordinal(), Math.max(1, width / panel) * columnBytes());
    b.reserve(Area.ROWS.ordinal(), (long) Math.max(panel, block) * padded * Float.BYTES);
    b.reserve(
        Area.BYTES.ordinal(),
        Math.max(ByteProduct.SUMS_BYTES, (long) panel * Math.max(padded, depth)));
    b.reserve(Area.CODES.ordinal(), block * (2L * padded + depth));
    b.reserve(Area.STATE.ordinal(), (4L * block + depth) * Float.BYTES);
  }

  private static long address(Block b, Area area) {
    return b.area(area.ordinal()).address();
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    Block b = Block.of(scratch);
    int parts = Math.ceilDiv(queries, perTile);
    int head = tile / parts; // of all heads of the batch
    int first = tile % parts * perTile;
    packKeys(arena, b, head);
    for (int p = 0; p < width / panel; p++) {
      packValues(arena, b, head, p);
    }
    int end = Math.min(queries, first + perTile);
    for (int i = first; i < end; i += block) {
      block(arena, b, head, i, Math.min(block, end - i));
    }
  }

  private void packKeys(MemorySegment arena, Block b, int head) {
    long mean = mean(arena, b, head);
    MemorySegment bytes = b.area(Area.BYTES.ordinal());
    MemorySegment columns = b.area(Area.KEY_COLUMNS.ordinal());
    for (int p = 0; p < padded / panel; p++) {
      int count = Math.clamp(keys - p * panel, 0, panel);
      long numbers = p * columnBytes();
      signed(
          b,
          keyCodes,
          k.at(arena, head, 2) + p * panel * k.stride(2),
          k.stride(2),
          count,
          depth,
          columns.address() + numbers,
          factor);
      long row = (long) panel * Float.BYTES;
      Block.zero(columns, numbers + 2 * row, row);
      if (count < panel) {
        Block.zero(bytes, (long) count * depth, (long) (panel - count) * depth);
        for (int i = count; i < panel; i++) {
          columns.set(JAVA_FLOAT, numbers + i * 4L, 0);
          columns.set(JAVA_FLOAT, numbers + row + i * 4L, 0);
          columns.set(JAVA_FLOAT, numbers + 2 * row + i * 4L, NO_SCORE);
        }
      }
      move(b, depth, address(b, Area.KEYS) + (long) p * panel * depth);
    }
  }

  /** The mean of some keys, which is taken away from all. */
  private long mean(MemorySegment arena, Block b, int head) {
    MemorySegment state = b.area(Area.STATE.ordinal());
    long to = 4L * block * Float.BYTES;
    long from = k.at(arena, head, 2) - arena.address();
    for (int d = 0; d < depth; d++) {
      float sum = 0;
      for (int t = 0; t < keys; t += QuantizedAttention.SAMPLE) {
        sum += arena.get(JAVA_FLOAT, from + t * k.stride(2) + d * 4L);
      }
      state.set(JAVA_FLOAT, to + d * 4L, sum / Math.ceilDiv(keys, QuantizedAttention.SAMPLE));
    }
    return state.address() + to;
  }

  private void packValues(MemorySegment arena, Block b, int head, int p) {
    MemorySegment rows = b.area(Area.ROWS.ordinal());
    MemorySegment columns = b.area(Area.VALUE_COLUMNS.ordinal());
    long row = (long) padded * Float.BYTES;
    b.set(Transpose.Arg.IN, v.at(arena, head, 2) + (long) p * panel * Float.BYTES)
        .set(Transpose.Arg.IN_STRIDE, v.stride(2))
        .set(Transpose.Arg.ROWS, keys)
        .set(Transpose.Arg.COLUMNS, panel)
        .set(Transpose.Arg.OUT, rows.address())
        .set(Transpose.Arg.OUT_STRIDE, row)
        .set(Transpose.Arg.FACTOR, one.address())
        .set(Transpose.Arg.FACTOR_STEP, 0)
        .call(transpose);
    for (int d = 0; d < panel; d++) {
      Block.zero(rows, d * row + (long) keys * Float.BYTES, (long) (padded - keys) * Float.BYTES);
    }
    long numbers = p * columnBytes();
    signed(b, valueCodes, rows.address(), row, panel, padded, columns.address() + numbers, 1);
    Block.zero(columns, numbers + 2L * panel * Float.BYTES, (long) panel * Float.BYTES);
    move(b, padded, address(b, Area.VALUES) + (long) p * panel * padded);
  }

  /** Rows as signed bytes in {@link Area#BYTES}, side by side. */
  private void signed(
      Block b,
      Routine routine,
      long from,
      long stride,
      int rows,
      int columns,
      long numbers,
      float by) {
    b.set(RowArg.IN, from)
        .set(RowArg.IN_STRIDE, stride)
        .set(RowArg.OUT, address(b, Area.BYTES))
        .set(RowArg.OUT_STRIDE, columns)
        .set(RowArg.ROWS, rows)
        .set(RowArg.COLUMNS, columns)
        .set(RowArg.SCALE, numbers + (long) panel * Float.BYTES)
        .set(RowArg.ZERO, numbers)
        .set(RowArg.BIAS, address(b, Area.STATE) + 4L * block * Float.BYTES)
        .set(RowArg.EPSILON, Float.floatToRawIntBits(by))
        .call(routine);
  }

  /** A panel from {@link Area#BYTES}, whose rows become columns, four bytes at once. */
  private void move(Block b, int bytes, long to) {
    b.set(Transpose.Arg.IN, address(b, Area.BYTES))
        .set(Transpose.Arg.IN_STRIDE, bytes)
        .set(Transpose.Arg.ROWS, panel)
        .set(Transpose.Arg.COLUMNS, bytes / QuantizedGemm.GROUP)
        .set(Transpose.Arg.OUT, to)
        .set(Transpose.Arg.OUT_STRIDE, (long) panel * QuantizedGemm.GROUP)
        .set(Transpose.Arg.FACTOR_STEP, 0)
        .call(move);
  }

  private void block(MemorySegment arena, Block b, int head, int first, int count) {
    long high = address(b, Area.CODES);
    long low = high + (long) block * padded;
    long codes = low + (long) block * padded;
    long scale = address(b, Area.STATE);
    long lowScale = scale + (long) block * Float.BYTES;
    long zero = lowScale + (long) block * Float.BYTES;
    long none = zero + (long) block * Float.BYTES;
    long row = (long) padded * Float.BYTES;
    b.area(Area.STATE.ordinal()).set(JAVA_FLOAT, none - scale, 0);
    b.set(RowArg.IN, q.at(arena, head, 2) + first * q.stride(2))
        .set(RowArg.IN_STRIDE, q.stride(2))
        .set(RowArg.OUT, codes)
        .set(RowArg.OUT_STRIDE, depth)
        .set(RowArg.ROWS, count)
        .set(RowArg.COLUMNS, depth)
        .set(RowArg.SCALE, scale)
        .set(RowArg.ZERO, zero)
        .call(queryCodes);
    codes(b, codes, depth, scale, zero, 1);
    result(b, address(b, Area.ROWS), row, count);
    panels(b, Area.KEYS, Area.KEY_COLUMNS, depth, padded);
    score.call(b, address(b, Area.BYTES));
    b.set(RowArg.IN, address(b, Area.ROWS))
        .set(RowArg.IN_STRIDE, row)
        .set(RowArg.OUT, high)
        .set(RowArg.LOW, low)
        .set(RowArg.OUT_STRIDE, padded)
        .set(RowArg.ROWS, count)
        .set(RowArg.COLUMNS, padded)
        .set(RowArg.SCALE, scale)
        .set(RowArg.BIAS, lowScale)
        .call(softmax);
    long to = out.at(arena, head, 2) + first * out.stride(2);
    codes(b, high, padded, scale, none, 0);
    result(b, to, out.stride(2), count);
    panels(b, Area.VALUES, Area.VALUE_COLUMNS, padded, width);
    mixHigh.call(b, address(b, Area.BYTES));
    codes(b, low, padded, lowScale, none, 0);
    result(b, to, out.stride(2), count);
    b.set(Arg.RESIDUAL, to).set(Arg.RESIDUAL_STRIDE, out.stride(2));
    panels(b, Area.VALUES, Area.VALUE_COLUMNS, padded, width);
    mixLow.call(b, address(b, Area.BYTES));
  }

  /** The left side of a product: rows of bytes that lie side by side. */
  private static void codes(Block b, long codes, long stride, long scale, long zero, int zeroStep) {
    b.set(Arg.A, codes)
        .set(Arg.A_STRIDE, stride)
        .set(Arg.ROW_SCALE, scale)
        .set(Arg.ROW_SCALE_STRIDE, Float.BYTES)
        .set(Arg.ROW_ZERO, zero)
        .set(Arg.ROW_ZERO_STRIDE, zeroStep);
  }

  private static void result(Block b, long to, long stride, int rows) {
    b.set(Arg.C, to).set(Arg.C_STRIDE, stride).set(Arg.M, rows);
  }

  /** The right side of a product: panels of so many bytes a column. */
  private Block panels(Block b, Area panels, Area columns, int deep, int wide) {
    return b.set(Arg.B, address(b, panels))
        .set(Arg.B_PANEL, (long) panel * deep)
        .set(Arg.K, deep / QuantizedGemm.GROUP)
        .set(Arg.PANELS, wide / panel)
        .set(Arg.LAST, panel)
        .set(Arg.COLUMN, address(b, columns))
        .set(Arg.AHEAD, address(b, panels))
        .set(Arg.AHEAD_STEP, 0);
  }
}
