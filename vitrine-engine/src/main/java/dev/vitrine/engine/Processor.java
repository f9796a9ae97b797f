package dev.vitrine.engine;

import dev.vitrine.engine.asm.Isa;
import dev.vitrine.engine.gen.Level;
import dev.vitrine.engine.machine.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;

/**
 * What detection found about the machine that this process runs on.
 *
 * @param name the maker's
 * @param features instruction sets that Vitrine knows, that the processor has, and whose registers
 *     the operating system saves
 * @param l1 bytes of a core's data cache of the first level, 0 if unknown
 * @param l2 bytes of the second level's, 0 if unknown
 * @param tiers that can be used, best first
 * @param choice the tier that sessions run on when nothing else is asked for
 * @param refusal why no machine code can run here, or null
 */
public record Processor(
    String name,
    List<String> features,
    long l1,
    long l2,
    List<String> tiers,
    String choice,
    String refusal) {
  private static final int TRIALS = 20;

  public static Processor host() {
    Machine machine = Machine.host();
    return new Processor(
        machine.name(),
        machine.sets().stream().filter(s -> s != Isa.BASE).sorted().map(Processor::text).toList(),
        machine.l1(),
        machine.l2(),
        Binder.available().stream().map(Tier::text).toList(),
        Options.defaults().tierHere(),
        machine.refusal());
  }

  /** Begins detection on another thread: it takes a while, and every session asks for it. */
  public static void detect() {
    ForkJoinPool.commonPool().execute(Machine::host);
  }

  private static String text(Isa set) {
    return set.name().toLowerCase(Locale.ROOT);
  }

  /**
   * GFLOP/s that one core reaches on registers alone, by tier; the best of short trials that
   * alternate between the tiers. Tiers without machine code are not in it.
   */
  public static Map<String, Double> peaks() {
    List<Level> levels = new ArrayList<>();
    List<Peak> peaks = new ArrayList<>();
    Map<String, Double> out = new LinkedHashMap<>();
    try {
      for (Tier tier : Binder.available()) {
        Level level = Binder.best(Options.defaults().tier(tier));
        if (level != null) {
          levels.add(level);
          peaks.add(new Peak(level.width(), 1));
        }
      }
      for (int i = 0; i < TRIALS; i++) {
        peaks.forEach(Peak::measure);
      }
      for (int i = 0; i < peaks.size(); i++) {
        out.put(levels.get(i).text(), peaks.get(i).gflops());
      }
    } finally {
      peaks.forEach(Peak::close);
    }
    return out;
  }
}
