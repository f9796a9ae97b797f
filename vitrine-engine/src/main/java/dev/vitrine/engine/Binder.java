package dev.vitrine.engine;

import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.KernelSet;
import dev.vitrine.engine.portable.PortableKernels;
import java.util.ArrayList;
import java.util.List;

/** Finds a kernel for each step: the first that one of the tiers offers, best tier first. */
final class Binder {
  private Binder() {}

  static List<Kernel> bind(Program program, Options options, Constants constants) {
    List<KernelSet> sets =
        options.tier() == Tier.REFERENCE ? List.of() : List.of(new PortableKernels());
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
    return kernels;
  }

  private static String others(Program program) {
    long n =
        program.steps().stream().filter(t -> t.step() instanceof Step.Reference).count() - 1;
    return n == 0 ? "" : "; so do " + n + " others, see inspect --stage planned";
  }
}
