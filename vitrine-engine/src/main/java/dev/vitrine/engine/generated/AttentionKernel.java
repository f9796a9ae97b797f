package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Attention;
import dev.vitrine.engine.gen.Attention.Arg;
import dev.vitrine.engine.gen.Tile;
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

  /** The most panels of a tile. */
  private static final int GROUP = 16;

  /** So many tiles that threads share them evenly. */
  private static final int ENOUGH = 8 * Runtime.getRuntime().availableProcessors();

  private enum Area {
    QUERY_PANELS,
    RESULTS,
    STATES,
    POWERS,
    VALUES,
    BIAS
  }

  private final Place q;
  private final Place k;
  private final Place v;
  private final Place out;
  private final Place bias;
  private final MemorySegment packedBias;
  private final MemorySegment scale;

  private final Attention attention;
  private final Routine routine;
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
    attention = new Attention(tile, s.bias() != null);
    routine = kernels.routine(attention);
    stretch = Math.ceilDiv(keys, Math.max(1, Math.ceilDiv(keys, STRETCH)));
    panel = tile.columns();
    panels = Math.ceilDiv(queries, panel);
    group = Math.clamp((long) batches * heads * panels / ENOUGH, 1, GROUP);
    groups = Math.ceilDiv(panels, group);
    scale = Panels.number((float) (s.scale() * LOG2_E), constants);
    entries = s.bias() == null ? 0 : Math.toIntExact(s.bias().size(0) * heads);
    boolean fixed = s.bias() != null && constants.isConstant(s.bias());
    packedBias = fixed ? pack(s.bias(), constants) : null;
    bias = s.bias() == null || fixed ? null : new Place(s.bias(), constants);
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
    return attention.name();
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
    reserve(block, Area.QUERY_PANELS, group * depth * row());
    reserve(block, Area.RESULTS, group * width * row());
    reserve(block, Area.STATES, group * Attention.STATE_ROWS * row());
    reserve(block, Area.POWERS, stretch * row());
    reserve(block, Area.VALUES, (long) stretch * width * Float.BYTES);
    reserve(block, Area.BIAS, bias == null ? 0 : group * keys * row());
  }

  private static void reserve(Block block, Area area, long bytes) {
    block.reserve(area.ordinal(), Math.max(1, bytes));
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    int head = tile / groups; // of all heads of the batch
    int part = tile % groups * group;
    int first = part * panel;
    Block block = Block.of(scratch);
    if (packedBias != null) {
      long before = ((long) head % entries * panels + part) * keys;
      block.set(Arg.BIAS, packedBias.address() + before * row());
    } else if (bias != null) {
      for (int p = part; p < Math.min(panels, part + group); p++) {
        readBias(arena, block.area(Area.BIAS.ordinal()), head, p, (long) (p - part) * keys);
      }
      block.set(Arg.BIAS, address(block, Area.BIAS));
    }
    int next = (tile + 1) % groups * group * panel;
    block
        .set(Arg.Q, q.at(arena, head, 2) + first * q.stride(2))
        .set(Arg.Q_STRIDE, q.stride(2))
        .set(Arg.K, k.at(arena, head, 2))
        .set(Arg.K_STRIDE, k.stride(2))
        .set(Arg.V, v.at(arena, head, 2))
        .set(Arg.V_STRIDE, v.stride(2))
        .set(Arg.OUT, out.at(arena, head, 2) + first * out.stride(2))
        .set(Arg.OUT_STRIDE, out.stride(2))
        .set(Arg.QUERIES, Math.min(group * panel, queries - first))
        .set(Arg.KEYS, keys)
        .set(Arg.DEPTH, depth)
        .set(Arg.WIDTH, width)
        .set(Arg.STRETCH, stretch)
        .set(Arg.SCALE, scale.address())
        .set(Arg.BIAS_PANEL, keys * row())
        .set(Arg.NEXT_Q, q.at(arena, (tile + 1) / groups, 2) + next * q.stride(2))
        .set(Arg.NEXT_K, k.at(arena, (tile + 1) / groups, 2))
        .set(Arg.NEXT_V, v.at(arena, (tile + 1) / groups, 2))
        .set(Arg.QUERY_PANELS, address(block, Area.QUERY_PANELS))
        .set(Arg.RESULTS, address(block, Area.RESULTS))
        .set(Arg.STATES, address(block, Area.STATES))
        .set(Arg.POWERS, address(block, Area.POWERS))
        .set(Arg.VALUES, address(block, Area.VALUES))
        .call(routine);
  }

  private static long address(Block block, Area area) {
    return block.area(area.ordinal()).address();
  }

  /** A panel's bias from a row of the area on. */
  private void readBias(MemorySegment arena, MemorySegment to, int head, int part, long row) {
    long start =
        bias.at(arena, head % entries, 2) - arena.address() + (long) part * panel * bias.stride(2);
    int n = Math.min(panel, queries - part * panel);
    for (int key = 0; key < keys; key++) {
      for (int i = 0; i < n; i++) {
        float x = arena.get(JAVA_FLOAT, start + i * bias.stride(2) + key * bias.stride(3));
        to.setAtIndex(JAVA_FLOAT, (row + key) * panel + i, (float) (x * LOG2_E));
      }
    }
  }
}
