package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.BlockFactors;
import dev.vitrine.engine.gen.BlockMix;
import dev.vitrine.engine.gen.BlockWeights;
import dev.vitrine.engine.gen.CallLoop;
import dev.vitrine.engine.gen.Dot;
import dev.vitrine.engine.gen.Gemm.Arg;
import dev.vitrine.engine.gen.Generator;
import dev.vitrine.engine.gen.MatrixSums;
import dev.vitrine.engine.gen.QuantizedGemm;
import dev.vitrine.engine.gen.RowArg;
import dev.vitrine.engine.gen.SignedRows;
import dev.vitrine.engine.gen.Tile;
import dev.vitrine.engine.gen.Transpose;
import dev.vitrine.engine.gen.Width;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Attention on bytes. A tile is a stretch of one head's queries: it makes panels of bytes of the
 * head's keys and values, and then a group of queries after another gets its scores against all
 * keys, their weights, and for each block of keys a sum of values. Both are products of codes by
 * panels as of constant weights: queries are unsigned with a zero point for that.
 *
 * <p>Keys are filled up to whole blocks: with codes of 0, and with scores whose weight is 0.
 */
final class QuantizedAttentionKernel implements Kernel {
  /** Queries in a group: few enough for their scores with a block to stay in the first cache. */
  private static final int MATRIX_QUERIES = 64;

  /** The same for vectors: whole tiles. */
  private static final int VECTOR_QUERIES = 56;

  /** So many tiles that threads share them evenly; each makes the panels of its head again. */
  private static final int ENOUGH = 3 * Runtime.getRuntime().availableProcessors();

  private static final int BLOCK = QuantizedAttention.BLOCK;

  private enum Area {
    KEYS,
    KEY_COLUMNS,
    VALUES,
    VALUE_SCALES,
    /** Blocks' sums of values; rows of values before. */
    ROWS,
    BYTES,
    CODES,
    STATE
  }

  private final Place q;
  private final Place k;
  private final Place v;
  private final Place out;
  // For each block of keys: scores, weights, and sums of values.
  private final Routine blockLoop;
  private final Routine queryCodes;
  private final Routine keyCodes;
  private final Routine valueCodes;
  private final Routine factors;
  private final Routine mix;
  private final Routine transpose;
  private final Routine move;
  private final MemorySegment one;
  // The numbers of a block's columns: nothing is added, and nothing is multiplied.
  private final MemorySegment plain;
  private final boolean matrices;
  private final String name;
  private final float factor;
  private final int heads;
  private final int queries;
  private final int keys;
  private final int depth;
  private final int width;
  private final int panel;
  private final int blocks;
  private final int padded;
  private final int lanes;
  private final int group;
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
    Width vectors = kernels.width();
    Tile tile = Tile.of(vectors).getFirst();
    panel = tile.columns();
    lanes = vectors.lanes();
    blocks = Math.ceilDiv(keys, BLOCK);
    padded = blocks * BLOCK;
    matrices = kernels.level().amx() && depth % MatrixSums.DEPTH == 0;
    group = matrices ? MATRIX_QUERIES : VECTOR_QUERIES;
    int groups = Math.ceilDiv(queries, group);
    int stretches = Math.clamp(Math.ceilDiv(ENOUGH, Math.max(1, heads)), 1, Math.max(1, groups));
    perTile = Math.max(1, Math.ceilDiv(groups, stretches)) * group;
    var gemm =
        new QuantizedGemm(
            tile, Grade.W8A8, matrices ? Dot.AMX : Dot.VNNI, Activation.NONE, false, false);
    name = gemm.name().replace("gemm", "attention").replace("_bias", "");
    Generator product = matrices ? new MatrixSums() : gemm;
    var weights = new BlockWeights(vectors, matrices);
    blockLoop = kernels.routine(new CallLoop(vectors, List.of(product, weights, product)));
    factors = kernels.routine(new BlockFactors(vectors));
    queryCodes = kernels.routine(new SignedRows(vectors, SignedRows.Kind.QUERIES));
    keyCodes = kernels.routine(new SignedRows(vectors, SignedRows.Kind.KEYS));
    valueCodes = kernels.routine(new SignedRows(vectors, SignedRows.Kind.VALUES));
    mix = kernels.routine(new BlockMix(vectors, matrices));
    transpose = kernels.routine(new Transpose(vectors));
    move = kernels.routine(new Transpose(vectors, false));
    one = Panels.number(1, constants);
    plain = constants.allocate(width / panel * columnBytes());
    for (int p = 0; p < width / panel; p++) {
      for (int c = 0; c < panel; c++) {
        plain.set(JAVA_FLOAT, p * columnBytes() + (panel + c) * 4L, 1);
      }
    }
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
    return name;
  }

  @Override
  public int tiles() {
    return Math.multiplyExact(heads, Math.ceilDiv(queries, perTile));
  }

  private long columnBytes() {
    return (long) QuantizedGemm.COLUMN_NUMBERS * panel * Float.BYTES;
  }

  /** The vectors of a row's factors, one for each block. */
  private int factorVectors() {
    return Math.ceilDiv(blocks, lanes);
  }

  private long factorBytes() {
    return (long) factorVectors() * lanes * Float.BYTES;
  }

  @Override
  public void reserve(Scratch scratch) {
    Block b = Block.of(scratch);
    b.reserve(Area.KEYS.ordinal(), (long) padded * depth);
    b.reserve(Area.KEY_COLUMNS.ordinal(), padded / panel * columnBytes());
    b.reserve(Area.VALUES.ordinal(), (long) padded * Math.max(1, width));
    b.reserve(Area.VALUE_SCALES.ordinal(), Math.max(1, width) * 4L);
    b.reserve(
        Area.ROWS.ordinal(),
        Math.max((long) panel * padded, (long) group * blocks * width) * Float.BYTES);
    b.reserve(Area.BYTES.ordinal(), (long) panel * Math.max(padded, depth));
    b.reserve(Area.CODES.ordinal(), (long) group * (BLOCK * 4L + BLOCK + depth));
    b.reserve(Area.STATE.ordinal(), zeroAt() + 2);
  }

  private static long address(Block b, Area area) {
    return b.area(area.ordinal()).address();
  }

  // What is in the state, from its start on: for each query of a group its blocks' greatest scores,
  // sums of weights and factors; the queries' scales; the keys' mean; zero points of 1 and 0.

  private long weightsAt() {
    return group * factorBytes();
  }

  private long factorsAt() {
    return 2 * weightsAt();
  }

  private long scalesAt() {
    return 3 * weightsAt();
  }

  private long meanAt() {
    return scalesAt() + group * 4L;
  }

  private long zeroAt() {
    return meanAt() + depth * 4L;
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    Block b = Block.of(scratch);
    int parts = Math.ceilDiv(queries, perTile);
    int head = tile / parts; // of all heads of the batch
    int first = tile % parts * perTile;
    MemorySegment state = b.area(Area.STATE.ordinal());
    for (long row = 0; row < weightsAt(); row += factorBytes()) {
      for (long i = row + blocks * 4L; i < row + factorBytes(); i += 4) {
        state.set(JAVA_FLOAT, i, BlockWeights.NONE);
        state.set(JAVA_FLOAT, weightsAt() + i, 0);
      }
    }
    state.set(JAVA_BYTE, zeroAt(), (byte) 1);
    state.set(JAVA_BYTE, zeroAt() + 1, (byte) 0);
    packKeys(arena, b, head);
    for (int p = 0; p < width / panel; p++) {
      packValues(arena, b, head, p);
    }
    int end = Math.min(queries, first + perTile);
    for (int i = first; i < end; i += group) {
      group(arena, b, head, i, Math.min(group, end - i));
    }
  }

  private void packKeys(MemorySegment arena, Block b, int head) {
    mean(arena, b, head);
    MemorySegment bytes = b.area(Area.BYTES.ordinal());
    MemorySegment columns = b.area(Area.KEY_COLUMNS.ordinal());
    long row = (long) panel * Float.BYTES;
    for (int p = 0; p < padded / panel; p++) {
      int count = Math.clamp(keys - p * panel, 0, panel);
      long numbers = p * columnBytes();
      long scales = columns.address() + numbers + row;
      b.set(RowArg.ZERO, columns.address() + numbers);
      signed(
          b,
          keyCodes,
          k.at(arena, head, 2) + p * panel * k.stride(2),
          k.stride(2),
          count,
          depth,
          scales,
          factor);
      Block.zero(columns, numbers + 2 * row, row);
      if (count < panel) {
        Block.zero(bytes, (long) count * depth, (long) (panel - count) * depth);
        for (int i = count; i < panel; i++) {
          columns.set(JAVA_FLOAT, numbers + i * 4L, 0);
          columns.set(JAVA_FLOAT, numbers + row + i * 4L, 0);
          columns.set(JAVA_FLOAT, numbers + 2 * row + i * 4L, BlockWeights.NONE);
        }
      }
      move(b, 0, depth, depth, address(b, Area.KEYS) + (long) p * panel * depth);
    }
  }

  /** The mean of some keys, which is taken away from all. */
  private void mean(MemorySegment arena, Block b, int head) {
    MemorySegment state = b.area(Area.STATE.ordinal());
    long from = k.at(arena, head, 2) - arena.address();
    for (int d = 0; d < depth; d++) {
      float sum = 0;
      for (int t = 0; t < keys; t += QuantizedAttention.SAMPLE) {
        sum += arena.get(JAVA_FLOAT, from + t * k.stride(2) + d * 4L);
      }
      state.set(JAVA_FLOAT, meanAt() + d * 4L, sum / Math.ceilDiv(keys, QuantizedAttention.SAMPLE));
    }
  }

  private void packValues(MemorySegment arena, Block b, int head, int p) {
    MemorySegment rows = b.area(Area.ROWS.ordinal());
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
    signed(b, valueCodes, rows.address(), row, panel, padded, valueScales(b, p), 1);
    for (int i = 0; i < blocks; i++) {
      long to = address(b, Area.VALUES) + ((long) i * width + (long) p * panel) * BLOCK;
      move(b, i * BLOCK, BLOCK, padded, to);
    }
  }

  private long valueScales(Block b, int p) {
    return address(b, Area.VALUE_SCALES) + (long) p * panel * Float.BYTES;
  }

  /** Rows as signed bytes in {@link Area#BYTES}, side by side. */
  private void signed(
      Block b,
      Routine routine,
      long from,
      long stride,
      int rows,
      int columns,
      long scales,
      float by) {
    b.set(RowArg.IN, from)
        .set(RowArg.IN_STRIDE, stride)
        .set(RowArg.OUT, address(b, Area.BYTES))
        .set(RowArg.OUT_STRIDE, columns)
        .set(RowArg.ROWS, rows)
        .set(RowArg.COLUMNS, columns)
        .set(RowArg.SCALE, scales)
        .set(RowArg.BIAS, address(b, Area.STATE) + meanAt())
        .set(RowArg.EPSILON, Float.floatToRawIntBits(by))
        .call(routine);
  }

  /** A panel from some bytes of rows in {@link Area#BYTES}: these become columns, four at once. */
  private void move(Block b, int from, int bytes, int stride, long to) {
    b.set(Transpose.Arg.IN, address(b, Area.BYTES) + from)
        .set(Transpose.Arg.IN_STRIDE, stride)
        .set(Transpose.Arg.ROWS, panel)
        .set(Transpose.Arg.COLUMNS, bytes / QuantizedGemm.GROUP)
        .set(Transpose.Arg.OUT, to)
        .set(Transpose.Arg.OUT_STRIDE, (long) panel * QuantizedGemm.GROUP)
        .set(Transpose.Arg.FACTOR_STEP, 0)
        .call(move);
  }

  private void group(MemorySegment arena, Block b, int head, int first, int count) {
    long scores = address(b, Area.CODES);
    long weights = scores + (long) group * BLOCK * Float.BYTES;
    long codes = weights + (long) group * BLOCK;
    long state = address(b, Area.STATE);
    b.set(RowArg.IN, q.at(arena, head, 2) + first * q.stride(2))
        .set(RowArg.IN_STRIDE, q.stride(2))
        .set(RowArg.OUT, codes)
        .set(RowArg.OUT_STRIDE, depth)
        .set(RowArg.ROWS, count)
        .set(RowArg.COLUMNS, depth)
        .set(RowArg.SCALE, state + scalesAt())
        .set(RowArg.EPSILON, Float.floatToRawIntBits(1))
        .call(queryCodes);
    int panels = BLOCK / panel;
    long numbers = address(b, Area.KEY_COLUMNS);
    long growth = panels * columnBytes();
    product(b, 0, codes, depth, address(b, Area.KEYS), panels, numbers, growth, 0, count);
    result(b, 0, scores, BLOCK * 4L, 0);
    put(b, 1, BlockWeights.Arg.IN, scores, 0);
    put(b, 1, BlockWeights.Arg.IN_STRIDE, BLOCK * 4L, 0);
    put(b, 1, BlockWeights.Arg.OUT, weights, 0);
    put(b, 1, BlockWeights.Arg.OUT_STRIDE, BLOCK, 0);
    put(b, 1, BlockWeights.Arg.ROWS, count, 0);
    put(b, 1, BlockWeights.Arg.SCALE, state + scalesAt(), 0);
    put(b, 1, BlockWeights.Arg.NUMBERS, numbers, growth);
    put(b, 1, BlockWeights.Arg.GREATEST, state, Float.BYTES);
    put(b, 1, BlockWeights.Arg.WEIGHTS, state + weightsAt(), Float.BYTES);
    put(b, 1, BlockWeights.Arg.STRIDE, factorBytes(), 0);
    long values = address(b, Area.VALUES);
    product(b, 2, weights, BLOCK, values, width / panel, plain.address(), 0, 1, count);
    long rowBytes = (long) blocks * width * Float.BYTES;
    result(b, 2, address(b, Area.ROWS), rowBytes, width * 4L);
    b.set(0, blocks).call(blockLoop);
    b.set(BlockFactors.Arg.GREATEST, state)
        .set(BlockFactors.Arg.WEIGHTS, state + weightsAt())
        .set(BlockFactors.Arg.OUT, state + factorsAt())
        .set(BlockFactors.Arg.STRIDE, factorBytes())
        .set(BlockFactors.Arg.ROWS, count)
        .set(BlockFactors.Arg.VECTORS, factorVectors())
        .set(BlockFactors.Arg.SCALE, state + scalesAt())
        .call(factors);
    long to = out.at(arena, head, 2) + first * out.stride(2);
    for (int p = 0; p < width / panel; p++) {
      long place = (long) p * panel * Float.BYTES;
      b.set(BlockMix.Arg.IN, address(b, Area.ROWS) + place)
          .set(BlockMix.Arg.IN_STRIDE, rowBytes)
          .set(BlockMix.Arg.BLOCK_STRIDE, width * 4L)
          .set(BlockMix.Arg.OUT, to + place)
          .set(BlockMix.Arg.OUT_STRIDE, out.stride(2))
          .set(BlockMix.Arg.ROWS, count)
          .set(BlockMix.Arg.BLOCKS, blocks)
          .set(BlockMix.Arg.FACTORS, state + factorsAt())
          .set(BlockMix.Arg.FACTORS_STRIDE, factorBytes())
          .set(BlockMix.Arg.SCALE, valueScales(b, p))
          .call(mix);
    }
  }

  /** An argument of one of the loop's functions, and what it grows by from block to block. */
  private static void put(Block b, int function, Enum<?> arg, long value, long growth) {
    int slot = CallLoop.slot(function) + arg.ordinal();
    b.set(slot, value).set(slot + CallLoop.SLOTS, growth);
  }

  /**
   * Sums of products of rows of bytes, adjacent in a row, and a block's panels.
   *
   * @param deep the bytes of a row
   * @param numbers of the panels' columns
   * @param zero which of the zero points in the state
   */
  private void product(
      Block b,
      int function,
      long rows,
      long deep,
      long right,
      int panels,
      long numbers,
      long numbersGrowth,
      int zero,
      int count) {
    long growth = panels * panel * deep;
    if (matrices) {
      put(b, function, MatrixSums.Arg.A, rows, 0);
      put(b, function, MatrixSums.Arg.A_STRIDE, deep, 0);
      put(b, function, MatrixSums.Arg.B, right, growth);
      put(b, function, MatrixSums.Arg.M, count, 0);
      put(b, function, MatrixSums.Arg.K, deep / MatrixSums.DEPTH, 0);
      put(b, function, MatrixSums.Arg.PANELS, panels, 0);
      put(b, function, MatrixSums.Arg.START, numbers, numbersGrowth);
      put(b, function, MatrixSums.Arg.START_PANEL, columnBytes(), 0);
    } else {
      put(b, function, Arg.A, rows, 0);
      put(b, function, Arg.A_STRIDE, deep, 0);
      put(b, function, Arg.B, right, growth);
      put(b, function, Arg.B_PANEL, panel * deep, 0);
      put(b, function, Arg.M, count, 0);
      put(b, function, Arg.K, deep / QuantizedGemm.GROUP, 0);
      put(b, function, Arg.PANELS, panels, 0);
      put(b, function, Arg.COLUMN, numbers, numbersGrowth);
      put(b, function, Arg.ROW_SCALE, one.address(), 0);
      put(b, function, Arg.ROW_SCALE_STRIDE, 0, 0);
      put(b, function, Arg.ROW_ZERO, address(b, Area.STATE) + zeroAt() + zero, 0);
      put(b, function, Arg.ROW_ZERO_STRIDE, 0, 0);
      put(b, function, Arg.AHEAD, right, growth);
      put(b, function, Arg.AHEAD_STEP, 0, 0);
    }
  }

  private void result(Block b, int function, long to, long stride, long growth) {
    put(b, function, matrices ? MatrixSums.Arg.C : Arg.C, to, growth);
    put(b, function, matrices ? MatrixSums.Arg.C_STRIDE : Arg.C_STRIDE, stride, 0);
  }
}
