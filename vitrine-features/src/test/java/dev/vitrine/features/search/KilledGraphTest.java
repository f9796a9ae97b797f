package dev.vitrine.features.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.engine.Options;
import dev.vitrine.features.Child;
import dev.vitrine.features.embed.Vectors;
import dev.vitrine.features.search.PictureSearch.Reach;
import dev.vitrine.features.store.VectorLog;
import dev.vitrine.graph.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that adds to an index and to its graph of neighbours is killed at random moments: both
 * can be used and go on.
 */
class KilledGraphTest {
  private static final int KILLS = 3;
  private static final int ADDED = 60;
  private static final int LENGTH = 16;
  private static final Options OPTIONS = Options.defaults().threads(1);

  @TempDir Path folder;

  private static float[] vector(int number) {
    SplittableRandom random = new SplittableRandom(number);
    float[] v = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      v[i] = (float) random.nextDouble(-1, 1);
    }
    return Vectors.normalise(v);
  }

  /** The child: adds vectors, removes one, updates the graph, and again, and says so each time. */
  public static void main(String[] args) {
    Path index = Path.of(args[0]);
    for (int first = Integer.parseInt(args[1]); ; first += ADDED) {
      try (VectorLog log = VectorLog.append(index)) {
        for (int i = first; i < first + ADDED; i++) {
          log.put("v" + i, 1, 1, 1, vector(i));
        }
        log.remove("v" + first);
      }
      new IndexTask(index).connect();
      System.out.println(first);
    }
  }

  private static long lines(Path out) {
    try {
      return Files.readString(out).lines().count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theIndexAndItsGraphGoOn() throws Exception {
    Path index = folder.resolve("x.index");
    VectorLog.create(index, Shape.of(LENGTH), Map.of());
    long seed = 20261128;
    SplittableRandom random = new SplittableRandom(seed);
    for (int kill = 0; kill < KILLS; kill++) {
      Path out = folder.resolve("said");
      try (Child child = new Child(out, KilledGraphTest.class, index, 10_000 * kill)) {
        int rounds = random.nextInt(1, 4);
        child.await(() -> lines(out) >= rounds);
        TimeUnit.MICROSECONDS.sleep(random.nextInt(60_000));
      }
      // As it was left, and after the next update.
      check(index, "seed %d, kill %d".formatted(seed, kill));
      int count;
      try (VectorLog log = VectorLog.read(index)) {
        count = log.entries().size();
      }
      assertThat(new IndexTask(index).connect()).isEqualTo(count);
      check(index, "seed %d, updated after kill %d".formatted(seed, kill));
    }
  }

  /** Every vector that the index has is found through the graph, and no other. */
  private static void check(Path index, String when) {
    try (VectorLog log = VectorLog.read(index);
        PictureSearch search = PictureSearch.open(index, Reach.AUTO, OPTIONS)) {
      assertThat(search.usesGraph()).as(when).isTrue();
      assertThat(log.entries()).as(when).isNotEmpty();
      int i = 0;
      for (VectorLog.Entry e : log.entries()) {
        if (i++ % 7 == 0) {
          List<Found> found = search.find(log.vector(e), 1);
          assertThat(found.getFirst().path()).as(when).hasFileName(e.name());
        }
      }
    }
  }
}
