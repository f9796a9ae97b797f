package dev.vitrine.features.search;

import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Session;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.MatMul;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Inner products of many vectors with some, by the engine's product kernels, a block of rows at a
 * time: of vectors of length 1 their cosines. A product doesn't depend on its neighbours. Safe for
 * several threads.
 */
public final class Similarity implements AutoCloseable {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Elements of a block: few enough to stay in a core's cache. */
  private static final int BLOCK = 1 << 19;

  /** Blocks for each thread that are done before their products are given on. */
  private static final int WAVE = 4;

  private static final int MOST_QUERIES = 64;
  private static final int GRAIN = 16;

  /** Takes products. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Called for each block of rows in order, and for each query in order.
     *
     * @param query index of the query
     * @param first index of the first row of the block
     * @param products one for each row of the block, for the time of the call; {@code count} of
     *     them count
     */
    void accept(int query, int first, float[] products, int count);
  }

  private final int length;
  private final int rows;
  private final int queries;
  private final Session session;
  private final int threads;
  private final ExecutorService workers;

  /**
   * @param length of each vector
   * @param vectors about how many there are
   * @param queries how many come at a time, at most; more are taken in turns
   */
  public Similarity(int length, long vectors, int queries, Options options) {
    this.length = length;
    long fits = Math.clamp(BLOCK / length, 64, 16_384);
    this.rows = Math.toIntExact(Math.min(fits, Math.max(1, Math.ceilDiv(vectors, GRAIN)) * GRAIN));
    int groups = Math.max(1, Math.ceilDiv(Math.min(queries, MOST_QUERIES), GRAIN));
    this.queries = queries == 1 ? 1 : groups * GRAIN;
    Graph graph = new Graph();
    Value a = graph.input("rows", new TensorType(DType.F32, Shape.of(rows, length)));
    Value b = graph.input("queries", new TensorType(DType.F32, Shape.of(length, this.queries)));
    graph.output("products", graph.add(new MatMul(), a, b));
    // Blocks are shared out, not the rows of a block: so is copying them to the session.
    this.threads = (int) Math.min(options.threads(), Math.ceilDiv(Math.max(1, vectors), rows));
    this.workers = Executors.newFixedThreadPool(threads, Similarity::worker);
    try {
      this.session = Session.of(Planner.plan(graph), options);
    } catch (RuntimeException e) {
      workers.shutdown();
      throw e;
    }
  }

  private static Thread worker(Runnable work) {
    Thread t = new Thread(null, work, "vitrine-similarity", 0, false);
    t.setDaemon(true);
    return t;
  }

  /**
   * The products of all rows with all queries.
   *
   * @param database f32 {@code [n, length]}
   * @param wanted f32 {@code [q, length]}
   * @throws VitrineException when the lengths differ
   */
  public void run(Tensor database, Tensor wanted, Sink sink) {
    check("the database", database);
    check("the queries", wanted);
    int n = Math.toIntExact(database.size(0));
    int q = Math.toIntExact(wanted.size(0));
    for (int from = 0; from < q; from += queries) {
      int count = Math.min(queries, q - from);
      Tensor columns = columns(wanted, from, count);
      int wave = Math.min(n, Math.multiplyExact(rows * WAVE, threads));
      for (int first = 0; first < n; first += Math.min(wave, n - first)) {
        give(
            wave(database, columns, first, first + Math.min(wave, n - first), count),
            first,
            from,
            sink);
      }
    }
  }

  /** The products of rows, by block and query. */
  private List<float[][]> wave(Tensor database, Tensor columns, int from, int to, int count) {
    List<Callable<float[][]>> blocks = new ArrayList<>();
    for (int first = from; first < to; first += rows) {
      int at = first;
      blocks.add(() -> products(database, columns, at, Math.min(rows, to - at), count));
    }
    try {
      List<float[][]> out = new ArrayList<>();
      for (Future<float[][]> f : workers.invokeAll(blocks)) {
        out.add(f.get());
      }
      return out;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VitrineException("the search was interrupted", e);
    }
  }

  private float[][] products(Tensor database, Tensor columns, int first, int block, int count) {
    Map<String, Tensor> inputs = Map.of("rows", block(database, first, block), "queries", columns);
    Tensor all = session.runAlone(inputs).get("products");
    float[][] out = new float[count][block];
    for (int r = 0, i = 0; r < block; r++, i += queries) {
      for (int q = 0; q < count; q++) {
        out[q][r] = all.data().get(FLOAT, 4L * (i + q));
      }
    }
    return out;
  }

  private static void give(List<float[][]> blocks, int first, int from, Sink sink) {
    int at = first;
    for (float[][] block : blocks) {
      for (int q = 0; q < block.length; q++) {
        sink.accept(from + q, at, block[q], block[q].length);
      }
      at += block[0].length;
    }
  }

  private void check(String what, Tensor vectors) {
    if (vectors.rank() != 2 || vectors.dtype() != DType.F32 || vectors.size(1) != length) {
      throw new VitrineException(
          what + " are " + vectors.type() + ", not vectors of " + length + " numbers");
    }
  }

  /** Rows of the database, filled up to a whole block. */
  private Tensor block(Tensor database, int first, int count) {
    Shape part = Shape.of(count, length);
    Tensor view = database.slice((long) first * length, part);
    if (count == rows) {
      return view;
    }
    Tensor full = Tensor.zeros(DType.F32, Shape.of(rows, length));
    MemorySegment.copy(view.data(), 0, full.data(), 0, view.data().byteSize());
    return full;
  }

  private Tensor columns(Tensor wanted, int from, int count) {
    Tensor out = Tensor.zeros(DType.F32, Shape.of(length, queries));
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < length; k++) {
        float v = wanted.data().get(FLOAT, 4L * ((long) (from + i) * length + k));
        out.data().set(FLOAT, 4L * ((long) k * queries + i), v);
      }
    }
    return out;
  }

  @Override
  public void close() {
    workers.shutdown();
    session.close();
  }
}
