package dev.vitrine.features.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.features.Child;
import dev.vitrine.graph.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that changes a file of vectors is killed at random moments: nothing is lost. */
class KilledWriterTest {
  private static final int KILLS = 5;
  private static final int NAMES = 40;

  @TempDir Path folder;

  private static String name(int step) {
    return "n" + step * 7 % NAMES;
  }

  private static float[] vector(int step) {
    float[] v = new float[2000];
    for (int i = 0; i < v.length; i++) {
      v[i] = step + i;
    }
    return v;
  }

  /** The child: does step after step and says so when each is done. */
  public static void main(String[] args) {
    try (VectorLog log = VectorLog.append(Path.of(args[0]))) {
      for (int step = Integer.parseInt(args[1]); ; step++) {
        if (step % 50 == 49) {
          log.compact();
          System.out.println(step);
          main(new String[] {args[0], String.valueOf(step + 1)}); // The old file is gone.
          return;
        } else if (step % 5 == 4) {
          log.remove(name(step));
        } else {
          log.put(name(step), step, 3, 4, vector(step));
        }
        System.out.println(step);
      }
    }
  }

  /** What is there after all steps up to one. */
  private static Map<String, Integer> after(int last) {
    Map<String, Integer> out = new LinkedHashMap<>();
    for (int step = 0; step <= last; step++) {
      if (step % 50 == 49) {
        continue;
      }
      out.remove(name(step));
      if (step % 5 != 4) {
        out.put(name(step), step);
      }
    }
    return out;
  }

  /** The last step of which a whole line tells. */
  private static int said(Path out, int otherwise) {
    try {
      String text = Files.readString(out);
      String[] lines = text.substring(0, text.lastIndexOf('\n') + 1).split("\n");
      String last = lines[lines.length - 1];
      return last.isEmpty() ? otherwise : Integer.parseInt(last);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void nothingIsLost() throws Exception {
    Path file = folder.resolve("v.log");
    VectorLog.create(file, Shape.of(2000), Map.of());
    long seed = 20261128;
    SplittableRandom random = new SplittableRandom(seed);
    int next = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      int said = next - 1;
      Path out = folder.resolve("said");
      try (Child child = new Child(out, KilledWriterTest.class, file, next)) {
        int until = next + random.nextInt(5, 120);
        int before = said;
        child.await(() -> said(out, before) >= until);
        TimeUnit.MICROSECONDS.sleep(random.nextInt(3000));
        child.kill();
        said = said(out, said);
      }
      Map<String, Integer> found = new LinkedHashMap<>();
      try (VectorLog log = VectorLog.read(file)) {
        for (VectorLog.Entry e : log.entries()) {
          found.put(e.name(), (int) e.stamp());
          assertThat(log.vector(e)).containsExactly(vector((int) e.stamp()));
        }
      }
      // The step after the last that was said may be done or not; a line cut short may hide one.
      int last = said;
      while (!after(last).equals(found) && last < said + 2) {
        last++;
      }
      assertThat(found)
          .as("seed %d, kill %d after step %d", seed, kill, said)
          .isEqualTo(after(last));
      next = last + 1;
    }
    assertThat(next).isGreaterThan(50);
  }
}
