package dev.vitrine.engine.generated;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.Attention;
import dev.vitrine.engine.gen.Attention.Arg;
import dev.vitrine.engine.gen.AttentionRows;
import dev.vitrine.engine.gen.Generator;
import dev.vitrine.engine.gen.MatrixAttention;
import dev.vitrine.engine.gen.MatrixGemm;
import dev.vitrine.engine.gen.Parts;
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

  /** The same for matrix registers, to which parts come from the second cache. */
  private static final int MATRIX_STRETCH = 480;

  /** The most panels of a tile. */
  private static final int GROUP = 12;

  private static final int MATRIX_GROUP = 24;

  /** For fewer the parts of keys and values would take too long to make. */
  private static final int LEAST_TOKENS = 512;

  /** So many tiles that threads share them evenly; each gathers the values of its head again. */
  private static final int ENOUGH = 6 * Runtime.getRuntime().availableProcessors();

  /** Queries that are too few for a panel and go one by one instead. */
  private static final int FEW = 4;

  private enum Area {
    QUERY_PANELS,
    RESULTS,
    STATES,
    POWERS,
    VALUES,
    BIAS,
    ROW,
    KEY_PARTS,
    VALUE_PARTS,
    POWER_PARTS,
    MEMORY
  }

  private final Place q;
  private final Place k;
  private final Place v;
  private final Place out;
  private final Place bias;
  private final MemorySegment packedBias;
  private final MemorySegment scale;

  private final Generator attention;
  private final Routine routine;

  /** Whether it is by matrix registers. */
  private final boolean matrices;

  /** For the last queries, or null. */
  private final Routine rows;

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
  private final int few;
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
    matrices = kernels.level().amx() && fits(queries, keys, depth, width);
    attention =
        matrices ? new MatrixAttention(s.bias() != null) : new Attention(tile, s.bias() != null);
    routine = kernels.routine(attention);
    int longest = matrices ? MATRIX_STRETCH : STRETCH;
    int even = Math.ceilDiv(keys, Math.max(1, Math.ceilDiv(keys, longest)));
    stretch = matrices ? Math.ceilDiv(even, Parts.DEPTH) * Parts.DEPTH : even;
    panel = tile.columns();
    int rest = queries % panel;
    few = rest <= FEW ? rest : 0;
    rows = few > 0 ? kernels.routine(new AttentionRows(tile.width(), s.bias() != null)) : null;
    panels = Math.ceilDiv(queries - few, panel);
    long share = Math.ceilDiv((long) batches * heads * panels, (long) ENOUGH);
    int most = matrices ? MATRIX_GROUP : GROUP;
    groups = Math.max(1, Math.ceilDiv(panels, Math.clamp(share, 1, most)));
    group = Math.ceilDiv(panels, groups);
    scale = Panels.number((float) (s.scale() * LOG2_E), constants);
    entries = s.bias() == null ? 0 : Math.toIntExact(s.bias().size(0) * heads);
    boolean fixed = s.bias() != null && constants.isConstant(s.bias());
    packedBias = fixed ? pack(s.bias(), constants) : null;
    bias = s.bias() == null || fixed ? null : new Place(s.bias(), constants);
  }

  /** Whether matrix registers are worth what is done to their operands. */
  private static boolean fits(int queries, int keys, int depth, int width) {
    return Math.min(queries, keys) >= LEAST_TOKENS && depth >= Parts.DEPTH && width >= Parts.ROWS;
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

  /** The few queries behind the panels have their bias in a panel too. */
  private int biasPanels() {
    return Math.ceilDiv(queries, panel);
  }

  /** A constant bias as panels of scores: [batch entry and head][panel of queries][key][query]. */
  private MemorySegment pack(View b, Constants constants) {
    long floats =
        Math.multiplyExact(Math.multiplyExact((long) entries, biasPanels()), (long) keys * panel);
    MemorySegment packed = constants.allocate(Math.multiplyExact(floats, 4L));
    long at = 0;
    for (int entry = 0; entry < entries; entry++) {
      long from = b.offset() + entry / heads * b.stride(0) + entry % heads * b.stride(1);
      for (int p = 0; p < biasPanels(); p++) {
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
    reserve(block, Area.QUERY_PANELS, group * queryPanelBytes());
    reserve(block, Area.RESULTS, group * width * row());
    reserve(block, Area.STATES, group * Attention.STATE_ROWS * row());
    reserve(
        block, Area.POWERS, Math.max(stretch, matrices ? depthSteps() * Parts.DEPTH : 0) * row());
    reserve(block, Area.VALUES, (long) stretch * width * Float.BYTES);
    reserve(block, Area.BIAS, bias == null ? 0 : (group + 1) * keys * row());
    if (matrices) {
      long groups = Math.ceilDiv(stretch, Parts.ROWS);
      reserve(block, Area.KEY_PARTS, groups * Parts.groupBytes(depth));
      groups = Math.ceilDiv(width, Parts.ROWS);
      reserve(block, Area.VALUE_PARTS, groups * Parts.groupBytes(stretch));
      reserve(block, Area.POWER_PARTS, MatrixGemm.panelBytes(stretch));
      reserve(block, Area.MEMORY, MatrixGemm.MEMORY_BYTES);
    }
    reserve(block, Area.ROW, few == 0 ? 0 : rowBytes(depth) + rowBytes(keys));
  }

  private int depthSteps() {
    return Math.ceilDiv(depth, Parts.DEPTH);
  }

  private long queryPanelBytes() {
    return matrices ? MatrixGemm.panelBytes(depth) : depth * row();
  }

  private static void reserve(Block block, Area area, long bytes) {
    block.reserve(area.ordinal(), Math.max(1, bytes));
  }

  @Override
  public void run(int tile, MemorySegment arena, Scratch scratch) {
    Block block = Block.of(scratch);
    int head = tile / groups; // of all heads of the batch
    int part = tile % groups * group;
    int end = Math.min(panels, part + group);
    long biasAt = bias(arena, block, head, part, end);
    if (end > part) {
      panels(tile, head, part * panel, end * panel, arena, block.set(Arg.BIAS, biasAt));
    }
    if (few > 0 && end == panels) {
      rows(head, arena, block, biasAt + (end - part) * keys * row());
    }
  }

  /** The address of the bias of panels, and of the few queries behind the last one. */
  private long bias(MemorySegment arena, Block block, int head, int first, int end) {
    if (packedBias != null) {
      long before = ((long) head % entries * biasPanels() + first) * keys;
      return packedBias.address() + before * row();
    }
    if (bias == null) {
      return 0;
    }
    for (int p = first; p < (end == panels ? biasPanels() : end); p++) {
      readBias(arena, block.area(Area.BIAS.ordinal()), head, p, (long) (p - first) * keys);
    }
    return address(block, Area.BIAS);
  }

  /** Some panels of a head; its keys and values may be needed again for the next tile. */
  private void panels(int tile, int head, int first, int end, MemorySegment arena, Block block) {
    int nextHead = (tile + 1) / groups;
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
        .set(Arg.QUERIES, Math.min(end, queries - few) - first)
        .set(Arg.KEYS, keys)
        .set(Arg.DEPTH, depth)
        .set(Arg.WIDTH, width)
        .set(Arg.STRETCH, stretch)
        .set(Arg.SCALE, scale.address())
        .set(Arg.BIAS_PANEL, keys * row())
        .set(Arg.NEXT_Q, q.at(arena, nextHead, 2) + next * q.stride(2))
        .set(Arg.NEXT_K, k.at(arena, nextHead, 2))
        .set(Arg.NEXT_V, v.at(arena, nextHead, 2))
        .set(Arg.QUERY_PANELS, address(block, Area.QUERY_PANELS))
        .set(Arg.QUERY_PANEL_BYTES, queryPanelBytes())
        .set(Arg.RESULTS, address(block, Area.RESULTS))
        .set(Arg.STATES, address(block, Area.STATES))
        .set(Arg.POWERS, address(block, Area.POWERS))
        .set(Arg.VALUES, address(block, Area.VALUES));
    if (matrices) {
      block
          .set(Arg.DEPTH_STEPS, depthSteps())
          .set(Arg.KEY_PARTS, address(block, Area.KEY_PARTS))
          .set(Arg.VALUE_PARTS, address(block, Area.VALUE_PARTS))
          .set(Arg.POWER_PARTS, address(block, Area.POWER_PARTS))
          .set(Arg.MEMORY, address(block, Area.MEMORY));
    }
    block.call(routine);
  }

  /** The few queries behind a head's panels. */
  private void rows(int head, MemorySegment arena, Block block, long biasAt) {
    int first = queries - few;
    block
        .set(AttentionRows.Arg.Q, q.at(arena, head, 2) + first * q.stride(2))
        .set(AttentionRows.Arg.Q_STRIDE, q.stride(2))
        .set(AttentionRows.Arg.K, k.at(arena, head, 2))
        .set(AttentionRows.Arg.K_STRIDE, k.stride(2))
        .set(AttentionRows.Arg.V, v.at(arena, head, 2))
        .set(AttentionRows.Arg.V_STRIDE, v.stride(2))
        .set(AttentionRows.Arg.OUT, out.at(arena, head, 2) + first * out.stride(2))
        .set(AttentionRows.Arg.OUT_STRIDE, out.stride(2))
        .set(AttentionRows.Arg.QUERIES, few)
        .set(AttentionRows.Arg.KEYS, keys)
        .set(AttentionRows.Arg.DEPTH, depth)
        .set(AttentionRows.Arg.WIDTH, width)
        .set(AttentionRows.Arg.SCALE, scale.address())
        .set(AttentionRows.Arg.BIAS, biasAt)
        .set(AttentionRows.Arg.BIAS_STRIDE, row())
        .set(AttentionRows.Arg.QUERY, address(block, Area.ROW))
        .set(AttentionRows.Arg.POWERS, address(block, Area.ROW) + rowBytes(depth))
        .call(rows);
  }

  /** Of so many floats in whole panels' rows. */
  private long rowBytes(int floats) {
    return Math.ceilDiv(floats, panel) * row();
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
