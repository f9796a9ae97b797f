package dev.vitrine.formats;

import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.vitrine.graph.VitrineException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Feeds a reader with damaged copies of a good file: only an error of one line may come out, and no
 * more memory may be asked for than the file's size explains.
 */
public final class Fuzz {
  private static final long FACTOR = 64;
  private static final long OVERHEAD = 16 << 20;

  private Fuzz() {}

  /**
   * Cuts, flips, overwrites and repeats bytes, most of them in the first {@code head} bytes, where
   * the structure is.
   */
  public static void run(byte[] good, int head, int rounds, Consumer<MemorySegment> reader) {
    for (int seed = 0; seed < rounds; seed++) {
      byte[] bad = mutate(good, Math.min(head, good.length), new Random(seed));
      long before = allocated();
      try {
        reader.accept(MemorySegment.ofArray(bad));
      } catch (VitrineException e) {
        if (e.getMessage().contains("\n")) {
          fail("seed " + seed + ": more than one line: " + e.getMessage());
        }
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        fail("seed " + seed + ": " + e, e);
      }
      long asked = allocated() - before;
      if (asked > OVERHEAD + FACTOR * good.length) {
        fail("seed " + seed + ": " + asked + " bytes for a file of " + bad.length);
      }
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static byte[] mutate(byte[] good, int head, Random random) {
    byte[] bad = good.clone();
    for (int n = 1 + random.nextInt(4); n > 0 && bad.length > 0; n--) {
      int at = random.nextInt(random.nextInt(4) == 0 ? bad.length : Math.min(head, bad.length));
      switch (random.nextInt(5)) {
        case 0 -> bad[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bad[at] = (byte) random.nextInt(256);
        case 2 -> bad = java.util.Arrays.copyOf(bad, at);
        case 3 -> {
          for (int i = at; i < Math.min(at + 8, bad.length); i++) {
            bad[i] = (byte) (random.nextBoolean() ? 0xff : 0x7f);
          }
        }
        default -> {
          int from = random.nextInt(bad.length);
          int length = Math.min(1 + random.nextInt(16), bad.length - Math.max(at, from));
          System.arraycopy(bad, from, bad, at, length);
        }
      }
    }
    return bad;
  }
}
