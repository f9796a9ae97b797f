package dev.vitrine.features.search;

import dev.vitrine.engine.Options;
import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.Vectors;
import dev.vitrine.features.store.VectorLog;
import dev.vitrine.formats.Json;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Finds the pictures of an index whose vectors have the largest cosine with a query's: exactly, or
 * among candidates that a graph of neighbours gives. It sees what the index held when it was
 * opened. Safe for several threads.
 */
public final class PictureSearch implements AutoCloseable {
  /** How far to look. */
  public enum Reach {
    /** Through the graph where there is one. */
    AUTO,
    /** At all vectors. */
    EXACT
  }

  /** Candidates for each result that the graph is asked for, and at least. */
  private static final int OVERSAMPLE = 4;

  private static final int FEWEST = 100;

  private final Path index;
  private final VectorLog log;
  private final NeighbourGraph graph;
  private final Similarity similarity;
  private final List<VectorLog.Entry> entries;
  private final Map<Long, Integer> places = new HashMap<>();
  private final int length;
  private Tensor matrix;

  private PictureSearch(Path index, VectorLog log, NeighbourGraph graph, Options options) {
    this.index = index;
    this.log = log;
    this.graph = graph;
    this.entries = List.copyOf(log.entries());
    this.length = Math.toIntExact(log.shape().count());
    this.similarity = new Similarity(length, entries.size(), 1, options);
    if (graph != null) {
      for (int i = 0; i < entries.size(); i++) {
        places.put(entries.get(i).at(), i);
      }
    }
  }

  /**
   * Opens an index.
   *
   * @param options threads and tier of the products
   * @throws VitrineException when it is missing or damaged
   */
  public static PictureSearch open(Path index, Reach reach, Options options) {
    VectorLog log = VectorLog.read(index);
    NeighbourGraph graph = null;
    try {
      graph = reach == Reach.EXACT ? null : NeighbourGraph.open(IndexTask.graph(index), log);
      return new PictureSearch(index, log, graph, options);
    } catch (RuntimeException e) {
      if (graph != null) {
        graph.close();
      }
      log.close();
      throw e;
    }
  }

  /** What the index says about its vectors: the model, the input's size, what was made of it. */
  public Json about() {
    return log.header();
  }

  public int count() {
    return entries.size();
  }

  /** Whether searches go through the graph of neighbours. */
  public boolean usesGraph() {
    return graph != null;
  }

  /**
   * Checks that a model gives vectors of the index's kind.
   *
   * @throws VitrineException naming the first thing that differs
   */
  public void check(Embedder embedder) {
    embedder
        .about()
        .forEach(
            (key, value) -> {
              String stated = log.header().at(key).text("unknown");
              if (!stated.equals(value)) {
                throw new VitrineException(
                    "%s: was made with %s %s, not %s; use the same for queries"
                        .formatted(index, key, stated, value));
              }
            });
  }

  /**
   * The pictures most like a query, the most alike first, of equal ones the one indexed first.
   *
   * @param query a vector; its length doesn't count
   * @param k how many, at most
   */
  public List<Found> find(float[] query, int k) {
    if (k < 1) {
      throw new VitrineException("the number of results is " + k + "; it is at least 1");
    }
    if (query.length != length || !Vectors.isFinite(query)) {
      throw new VitrineException(
          "%s: a query has %d finite numbers, not %d".formatted(index, length, query.length));
    }
    float[] unit = Vectors.normalise(query.clone());
    Tensor wanted = Tensor.f32(Shape.of(1, length), unit);
    TopK top = new TopK(k);
    if (graph == null) {
      similarity.run(matrix(), wanted, (_, first, p, n) -> offer(top, first, p, n));
    } else {
      List<Integer> rows = candidates(unit, k);
      similarity.run(
          gather(rows),
          wanted,
          (_, first, p, n) -> {
            for (int i = 0; i < n; i++) {
              top.offer(rows.get(first + i), p[i]);
            }
          });
    }
    return top.best().stream().map(this::found).toList();
  }

  private static void offer(TopK top, int first, float[] products, int count) {
    for (int i = 0; i < count; i++) {
      top.offer(first + i, products[i]);
    }
  }

  /** Rows that the graph gives, and those that it doesn't know yet. */
  private List<Integer> candidates(float[] unit, int k) {
    List<Integer> rows = new ArrayList<>();
    int most = (int) Math.min(entries.size(), Math.max(FEWEST, (long) k * OVERSAMPLE));
    for (long at : most == 0 ? List.<Long>of() : graph.candidates(unit, most)) {
      if (places.containsKey(at)) {
        rows.add(places.get(at));
      }
    }
    for (int i = entries.size() - 1; i >= 0 && entries.get(i).at() > graph.end(); i--) {
      rows.add(i);
    }
    return rows;
  }

  private synchronized Tensor matrix() {
    if (matrix == null) {
      matrix = log.matrix();
    }
    return matrix;
  }

  private synchronized Tensor gather(List<Integer> rows) {
    Tensor out = Tensor.zeros(DType.F32, Shape.of(rows.size(), length));
    for (int i = 0; i < rows.size(); i++) {
      out.data()
          .asSlice(4L * length * i, 4L * length)
          .copyFrom(MemorySegment.ofBuffer(log.bytes(entries.get(rows.get(i)))));
    }
    return out;
  }

  private Found found(TopK.Hit hit) {
    VectorLog.Entry e = entries.get(hit.index());
    Path path = IndexTask.base(index).resolve(e.name()).normalize();
    return new Found(path, e.height(), e.width(), hit.score(), OptionalDouble.empty());
  }

  @Override
  public void close() {
    similarity.close();
    if (graph != null) {
      graph.close();
    }
    log.close();
  }
}
