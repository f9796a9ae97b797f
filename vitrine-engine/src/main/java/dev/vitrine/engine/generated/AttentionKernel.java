package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Gemm;
import dev.vitrine.engine.gen.Gemm.Start;
import dev.vitrine.engine.gen.Scores;
import dev.vitrine.engine.gen.Scores.State;
import dev.vitrine.engine.gen.Tile;
import dev.vitrine.engine.gen.Transpose;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * Attention without a tokens × tokens matrix: stretches of keys pass by panels of queries while a
 * reference near the largest score and the sum of powers so far are kept for each query. A tile is
 * some panels of one head, so that a stretch is fetched once for all of them.
 *
 * <p>All is transposed, so that columns are queries: scores are keys · queriesᵀ, and the result is
 * valuesᵀ · powers. Then keys and values are left-hand sides as they lie in memory, references and
 * sums run down columns, and only a panel of queries and one of results are transposed. Scores are
 * in powers of 2: log₂ e is multiplied into the queries along with the scale.
 */
final class AttentionKernel implements Kernel {
  private static final double LOG2_E = 1 / Math.log(2);

  /** The most keys of a stretch, whose powers stay in the first cache. */
  private static final int STRETCH = 280;

  /** The most panels of a tile, and how many tiles are enough to have so many. */
  private static final int GROUP = 4;

  private static final int ENOUGH = 16;

  private enum Area {
    QUERIES,
    SCORES,
    RESULT,
    STATE,
    BIAS
  }

  private final Place q;
  private final Place k;
  private final Place v;
  private final Place out;
  private final Place bias;
  private final MemorySegment packedBias;
  private final MemorySegment scale;

  /** The state of a panel that has met no key. */
  private final MemorySegment fresh;

  private final Scores scores;
  private final Routine score;
  private final Routine mix;
  private final Routine mixFurther;
  private final Routine transpose;
  private final int heads;
  private final int batches;
  private final int entries;
  private final int queries;
  private final int keys;
  private final int depth;
  private final int width;
  private final int stretch;
  private final int panel;
  private final int panels;
  private final int group;
  private final int groups;

  private AttentionKernel(Step.Attention s, GeneratedKernels kernels, Constants constants) {
    Tile tile = Tile.of(kernels.width()).getFirst();
    q = new Place(s.q(), constants);
    k = new Place(s.k(), constants);
    v = new Place(s.v(), constants);
    out = new Place(s.out(), constants);
    batches = Math.toIntExact(s.q().size(0));
    heads = Math.toIntExact(s.q().size(1));
    queries = Math.toIntExact(s.q().size(2));
    keys = Math.toIntExact(s.k().size(2));
    depth = Math.toIntExact(s.q().size(3));
    width = Math.toIntExact(s.v().size(3));
    scores = new Scores(tile, s.bias() != null);
    score = kernels.routine(scores);
    mix = kernels.routine(mix(tile, Start.ZERO));
    stretch = Math.ceilDiv(keys, Math.max(1, Math.ceilDiv(keys, STRETCH)));
    mixFurther = stretch < keys ? kernels.routine(mix(tile, Start.SCALED)) : null;
    transpose = kernels.routine(new Transpose(kernels.width()));
    panel = tile.columns();
    panels = Math.ceilDiv(queries, panel);
    group = Math.clamp((long) batches * heads * panels / ENOUGH, 1, GROUP);
    groups = Math.ceilDiv(panels, group);
    fresh = constants.allocate(stateBytes());
    for (int i = 0; i < panel; i++) {
      fresh.set(JAVA_FLOAT, state(State.LIMIT) + (long) i * Float.BYTES, -Float.MAX_VALUE);
    }
    scale = Panels.number((float) (s.scale() * LOG2_E), constants);
    entries = s.bias() == null ? 0 : Math.toIntExact(s.bias().size(0) * heads);
    boolean fixed = s.bias() != null && constants.isConstant(s.bias());
    packedBias = fixed ? pack(s.bias(), constants) : null;
    bias = s.bias() == null || fixed ? null : new Place(s.bias(), constants);
  }

  private static Gemm mix(Tile tile, Start start) {
    return new Gemm(tile, true, start, Activation.NONE, false, false, false);
  }

  /**
   * A kernel for the step, or null where its strides are not for this or there is nothing to attend
   * to.
   */
  static Kernel of(Step.Attention s, GeneratedKernels kernels, Constants constants) {
    for (View view : new View[] {s.q(), s.k(), s.v(), s.out()}) {
      if ((view.stride(-1) != 1 && view.size(-1) != 1) || view.size(2) == 0) {
        return null;
      }
    }
    return new AttentionKernel(s, kernels, constants);
  }

  /** A constant bias as panels of scores: [batch entry and head][panel of queries][key][query]. */
  private MemorySegment pack(View b, Constants constants) {
    long floats =
        Math.multiplyExact(Math.multiplyExact((long) entries, panels), (long) keys * panel);
    MemorySegment packed = constants.allocate(Math.multiplyExact(floats, 4L));
    long at = 0;
    for (int entry = 0; entry < entries; entry++) {
      long from = b.offset() + entry / heads * b.stride(0) + entry % heads * b.stride(1);
      for (int p = 0; p < panels; p++) {
        for (int key = 0; key < keys; key++, at += panel) {
          for (int i = 0; i < Math.min(panel, queries - p * panel); i++) {
            double x =
                constants.tensor(b).real(from + (p * panel + i) * b.stride(2) + key * b.stride(3));
            packed.setAtIndex(JAVA_FLOAT, at + i, (float) (x * LOG2_E));
          }
        }
      }
    }
    return packed;
  }

  @Override
  public String name() {
    return scores.name().replace("scores", "attention");
  }

  @Override
  public int tiles() {
    return Math.multiplyExact(Math.multiplyExact(batches, heads), groups);
  }

  private long row() {
    return (long) panel * Float.BYTES;
  }

  @Override
  public void reserve(Scratch scratch) {
    Block block = Block.of(scratch);
    block.reserve(Area.QUERIES.ordinal(), group * queryBytes());
    block.reserve(Area.SCORES.ordinal(), stretch * row());
    block.reserve(Area.RESULT.ordinal(), group * resultBytes());
    block.reserve(Area.STATE.ordinal(), group * stateBytes());
    block.reserve(Area.BIAS.ordinal(), bias == null ? 1 : stretch * row());
  }

  private long queryBytes() {
    return Math.max(1, depth) * row();
  }

  private long resultBytes() {
    return Math.max(1, width) * row();
  }

  private long stateBytes() {
    return State.values().length * row();
  }

  private long state(State what) {
    return what.ordinal() * row();
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int head = tile / groups; // of all heads of the batch
    int first = tile % groups * group;
    int end = Math.min(panels, first + group);
    Block block = Block.of(scratch);
    for (int part = first; part < end; part++) {
      start(arena, block, head, part, part - first);
    }
    for (int from = 0; from < keys; from += stretch) {
      for (int part = first; part < end; part++) {
        stretch(arena, block, head, part, part - first, from);
      }
    }
    for (int part = first; part < end; part++) {
      finish(arena, block, head, part, part - first);
    }
  }

  private int queries(int part) {
    return Math.min(panel, queries - part * panel);
  }

  private void start(MemorySegment arena, Block block, int head, int part, int place) {
    if (queries(part) < panel) {
      Block.zero(block.area(Area.QUERIES.ordinal()), place * queryBytes(), queryBytes());
    }
    block
        .set(Transpose.Arg.IN, q.at(arena, head, 2) + part * panel * q.stride(2))
        .set(Transpose.Arg.IN_STRIDE, q.stride(2))
        .set(Transpose.Arg.ROWS, queries(part))
        .set(Transpose.Arg.COLUMNS, depth)
        .set(Transpose.Arg.OUT, block.area(Area.QUERIES.ordinal()).address() + place * queryBytes())
        .set(Transpose.Arg.OUT_STRIDE, row())
        .set(Transpose.Arg.FACTOR, scale.address())
        .set(Transpose.Arg.FACTOR_STEP, 0)
        .call(transpose);
    MemorySegment.copy(
        fresh, 0, block.area(Area.STATE.ordinal()), place * stateBytes(), stateBytes());
  }

  private void finish(MemorySegment arena, Block block, int head, int part, int place) {
    long inverse =
        block.area(Area.STATE.ordinal()).address() + place * stateBytes() + state(State.INVERSE);
    block
        .set(Transpose.Arg.IN, block.area(Area.RESULT.ordinal()).address() + place * resultBytes())
        .set(Transpose.Arg.IN_STRIDE, row())
        .set(Transpose.Arg.ROWS, width)
        .set(Transpose.Arg.COLUMNS, queries(part))
        .set(Transpose.Arg.OUT, out.at(arena, head, 2) + part * panel * out.stride(2))
        .set(Transpose.Arg.OUT_STRIDE, out.stride(2))
        .set(Transpose.Arg.FACTOR, inverse)
        .set(Transpose.Arg.FACTOR_STEP, Float.BYTES)
        .call(transpose);
  }

  /** A panel of queries meets a stretch of keys. */
  private void stretch(MemorySegment arena, Block block, int head, int part, int place, int from) {
    int count = Math.min(stretch, keys - from);
    long powers = block.area(Area.SCORES.ordinal()).address();
    long state = block.area(Area.STATE.ordinal()).address() + place * stateBytes();
    long values = v.at(arena, head, 2) + from * v.stride(2);
    block
        .set(Gemm.Arg.A, k.at(arena, head, 2) + from * k.stride(2))
        .set(Gemm.Arg.A_STRIDE, k.stride(2))
        .set(Gemm.Arg.B, block.area(Area.QUERIES.ordinal()).address() + place * queryBytes())
        .set(Gemm.Arg.C, powers)
        .set(Gemm.Arg.C_STRIDE, row())
        .set(Gemm.Arg.M, count)
        .set(Gemm.Arg.K, depth)
        .set(Gemm.Arg.PANELS, 1)
        .set(Gemm.Arg.COLUMN, state)
        .set(Gemm.Arg.AGAIN, from == 0 ? 1 : 0)
        .set(Gemm.Arg.AHEAD, place == 0 ? values : queriesAfter(arena, head, part))
        .set(Gemm.Arg.AHEAD_STEP, place == 0 ? v.stride(2) : q.stride(2));
    if (packedBias != null) {
      long at = (((long) head % entries * panels + part) * keys + from) * row();
      block.set(Gemm.Arg.RESIDUAL, packedBias.address() + at).set(Gemm.Arg.RESIDUAL_STRIDE, row());
    } else if (bias != null) {
      MemorySegment copy = block.area(Area.BIAS.ordinal());
      readBias(arena, copy, head, part, from, count);
      block.set(Gemm.Arg.RESIDUAL, copy.address()).set(Gemm.Arg.RESIDUAL_STRIDE, row());
    }
    block.call(score);
    block
        .set(Gemm.Arg.A, values)
        .set(Gemm.Arg.A_STRIDE, v.stride(2))
        .set(Gemm.Arg.B, powers)
        .set(Gemm.Arg.C, block.area(Area.RESULT.ordinal()).address() + place * resultBytes())
        .set(Gemm.Arg.C_STRIDE, row())
        .set(Gemm.Arg.M, width)
        .set(Gemm.Arg.K, count)
        .set(Gemm.Arg.PANELS, 1)
        .set(Gemm.Arg.COLUMN, state + state(State.FACTOR))
        .set(Gemm.Arg.AHEAD, out.at(arena, head, 2) + part * panel * out.stride(2))
        .set(Gemm.Arg.AHEAD_STEP, out.stride(2))
        .call(from == 0 ? mix : mixFurther);
  }

  /** Where the queries of the tile behind that part's are; anywhere behind the last. */
  private long queriesAfter(MemorySegment arena, int head, int part) {
    int next = part / group + 1;
    int first = next < groups ? next * group * panel : 0;
    return q.at(arena, next < groups ? head : head + 1, 2) + first * q.stride(2);
  }

  private void readBias(
      MemorySegment arena, MemorySegment to, int head, int part, int from, int count) {
    long start =
        bias.at(arena, head % entries, 2)
            - arena.address()
            + (long) part * panel * bias.stride(2)
            + from * bias.stride(3);
    int n = queries(part);
    for (int key = 0; key < count; key++) {
      for (int i = 0; i < n; i++) {
        float x = arena.get(JAVA_FLOAT, start + i * bias.stride(2) + key * bias.stride(3));
        to.setAtIndex(JAVA_FLOAT, (long) key * panel + i, (float) (x * LOG2_E));
      }
    }
  }
}
