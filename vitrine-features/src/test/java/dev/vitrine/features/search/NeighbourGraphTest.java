package dev.vitrine.features.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.engine.Options;
import dev.vitrine.features.embed.Vectors;
import dev.vitrine.features.search.PictureSearch.Reach;
import dev.vitrine.features.store.VectorLog;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.VitrineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches through the graph against exact ones, on random vectors. */
class NeighbourGraphTest {
  private static final int LENGTH = 24;
  private static final Options OPTIONS = Options.defaults().threads(1);

  @TempDir Path folder;

  private Path index;
  private IndexTask task;

  @BeforeEach
  void create() {
    index = folder.resolve("x.index");
    task = new IndexTask(index);
    VectorLog.create(index, Shape.of(LENGTH), Map.of());
    put(0, 600);
  }

  private static float[] vector(long seed) {
    Random random = new Random(seed * 7919);
    float[] v = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      v[i] = (float) random.nextGaussian();
    }
    return Vectors.normalise(v);
  }

  private void put(int from, int to) {
    try (VectorLog log = VectorLog.append(index)) {
      for (int i = from; i < to; i++) {
        log.put("v" + i, 1, 1, 1, vector(i));
      }
    }
  }

  private List<Found> find(long seed, Reach reach, boolean byGraph) {
    try (PictureSearch search = PictureSearch.open(index, reach, OPTIONS)) {
      assertThat(search.usesGraph()).isEqualTo(byGraph);
      return search.find(vector(seed), 10);
    }
  }

  /** The share of the exact results that the graph finds. */
  private double recall() {
    int found = 0;
    try (PictureSearch exact = PictureSearch.open(index, Reach.EXACT, OPTIONS);
        PictureSearch near = PictureSearch.open(index, Reach.AUTO, OPTIONS)) {
      for (long seed = 100_000; seed < 100_010; seed++) {
        List<Found> best = exact.find(vector(seed), 10);
        found += (int) near.find(vector(seed), 10).stream().filter(best::contains).count();
      }
    }
    return found / 100.0;
  }

  @Test
  void almostTheSameAsExact() {
    assertThat(task.isConnected()).isFalse();
    assertThat(find(3, Reach.AUTO, false).getFirst().path()).hasFileName("v3");
    assertThat(task.connect()).isEqualTo(600);
    assertThat(task.isConnected()).isTrue();
    assertThat(recall()).isGreaterThan(0.95);
  }

  @Test
  void whatCameAndWentSince() {
    task.connect();
    put(600, 650);
    assertThat(find(633, Reach.AUTO, true).getFirst().path()).hasFileName("v633");
    assertThat(task.delete(List.of(folder.resolve("v7"), folder.resolve("v601")))).isEqualTo(2);
    assertThat(find(7, Reach.AUTO, true).getFirst().path())
        .doesNotExist()
        .hasFileName(find(7, Reach.EXACT, false).getFirst().path().getFileName().toString());
    assertThat(task.connect()).isEqualTo(648);
    assertThat(find(633, Reach.AUTO, true).getFirst().path()).hasFileName("v633");
    assertThat(recall()).isGreaterThan(0.95);
  }

  /** A log made anew holds its vectors at other places: the graph of the old one doesn't count. */
  @Test
  void aLogMadeAnew() {
    task.connect();
    try (VectorLog log = VectorLog.append(index)) {
      log.remove("v0");
      log.compact();
    }
    assertThat(find(5, Reach.AUTO, false).getFirst().path()).hasFileName("v5");
    assertThat(task.connect()).isEqualTo(599);
    assertThat(find(5, Reach.AUTO, true).getFirst().path()).hasFileName("v5");
  }

  @Test
  void longVectors() {
    Path file = folder.resolve("long.index");
    VectorLog.create(file, Shape.of(1536), Map.of());
    try (VectorLog log = VectorLog.append(file)) {
      for (int i = 0; i < 20; i++) {
        float[] v = new float[1536];
        v[i] = 1;
        log.put("v" + i, 1, 1, 1, v);
      }
    }
    assertThat(new IndexTask(file).connect()).isEqualTo(20);
    try (PictureSearch search = PictureSearch.open(file, Reach.AUTO, OPTIONS)) {
      float[] v = new float[1536];
      v[13] = 2;
      assertThat(search.find(v, 1).getFirst().path()).hasFileName("v13");
    }
  }

  @Test
  void aDamagedGraph() throws Exception {
    task.connect();
    try (Stream<Path> files = Files.list(IndexTask.graph(index))) {
      for (Path f : files.filter(p -> p.getFileName().toString().startsWith("seg")).toList()) {
        Files.writeString(f, "rubbish");
      }
    }
    assertThatThrownBy(() -> PictureSearch.open(index, Reach.AUTO, OPTIONS))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("x.index.hnsw: the graph of neighbours can't be used");
    assertThat(find(5, Reach.EXACT, false).getFirst().path()).hasFileName("v5");
  }
}
