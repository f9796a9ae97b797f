package dev.vitrine.engine;

import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.gen.Level;
import dev.vitrine.engine.gen.Width;
import dev.vitrine.engine.generated.GeneratedKernels;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.KernelSet;
import dev.vitrine.engine.machine.Machine;
import dev.vitrine.engine.portable.PortableKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds a kernel for each step: the first that one of the tiers offers, best tier first. */
final class Binder {
  private Binder() {}

  static List<Kernel> bind(
      Program program, Options options, Constants constants, List<KernelSet> sets) {
    List<Kernel> kernels = new ArrayList<>();
    boolean warned = options.tier() == Tier.REFERENCE;
    for (Program.Task task : program.steps()) {
      Kernel kernel = null;
      for (int i = 0; i < sets.size() && kernel == null; i++) {
        kernel = sets.get(i).bind(task.step(), constants);
      }
      if (kernel == null && task.step() instanceof Step.Reference r) {
        kernel = new ReferenceKernel(task.node(), r, constants);
        if (!warned) {
          options
              .warnings()
              .accept(
                  "node '"
                      + task.node()
                      + "' ("
                      + r.op().name()
                      + ") has no kernel and runs by plain evaluation, slowly"
                      + others(program));
          warned = true;
        }
      }
      if (kernel == null) {
        throw new IllegalStateException("no kernel for " + task);
      }
      kernels.add(kernel);
    }
    sets.forEach(KernelSet::finish);
    return kernels;
  }

  /**
   * The best tier that is allowed and that the machine has, and what serves where it has no kernel.
   */
  static List<KernelSet> sets(Options options, Constants constants) {
    if (options.tier() == Tier.REFERENCE) {
      return List.of();
    }
    Machine machine = Machine.host();
    if (options.tier() != Tier.PORTABLE && machine.refusal() != null) {
      options.warnings().accept(machine.refusal() + "; the portable tier runs instead, slowly");
    }
    Level level = best(options);
    return level == null
        ? List.of(new PortableKernels())
        : List.of(new GeneratedKernels(level, constants.memory()), new PortableKernels());
  }

  /** The tier that sessions with those options run on, by name. */
  static String tier(Options options) {
    Level level = best(options);
    return options.tier() == Tier.REFERENCE
        ? Tier.REFERENCE.text()
        : level == null ? Tier.PORTABLE.text() : level.text();
  }

  /**
   * What to use of what is allowed and what the machine has: the widest vectors when they are asked
   * for, the best when the choice is left open; null where there is no machine code.
   */
  static Level best(Options options) {
    Machine machine = Machine.host();
    List<Level> levels =
        options.tier().levels().stream().filter(l -> machine.sets().containsAll(l.sets())).toList();
    if (levels.isEmpty() || options.tier() != Tier.AUTO) {
      return levels.isEmpty() ? null : levels.getFirst();
    }
    Width width = WidthChoice.best(levels.stream().map(Level::width).distinct().toList());
    return levels.stream().filter(l -> l.width() == width).findFirst().orElseThrow();
  }

  /** Takes it as known that a tier is the best of those that this machine has. */
  static void assume(Options options, String tier) {
    if (options.tier() == Tier.AUTO) {
      options.tier().levels().stream()
          .filter(l -> l.text().equals(tier) && Machine.host().sets().containsAll(l.sets()))
          .forEach(l -> WidthChoice.assume(l.width()));
    }
  }

  /** The tiers with kernels of their own that this machine has, best first. */
  static List<Tier> available() {
    return Stream.of(
            Tier.AVX512_AMX, Tier.AVX512_VNNI, Tier.AVX512, Tier.AVX_VNNI, Tier.AVX2, Tier.PORTABLE)
        .filter(t -> tier(Options.defaults().tier(t)).equals(t.text()))
        .toList();
  }

  private static String others(Program program) {
    long n = program.steps().stream().filter(t -> t.step() instanceof Step.Reference).count() - 1;
    return n == 0 ? "" : "; so do " + n + " others, see inspect --stage planned";
  }
}
