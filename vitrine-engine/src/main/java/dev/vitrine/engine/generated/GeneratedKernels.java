package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.gen.Generator;
import dev.vitrine.engine.gen.Level;
import dev.vitrine.engine.gen.Width;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.KernelSet;
import dev.vitrine.engine.machine.Calls;
import dev.vitrine.engine.machine.CodeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.ForkJoinTask;
import java.util.function.Function;

/** Kernels in generated machine code. What they generate lives as long as the arena given. */
public final class GeneratedKernels implements KernelSet {
  private final Level level;
  private final Function<Generator, Routine> loader;
  private final SequencedMap<Generator, Routine> routines = new LinkedHashMap<>();

  /** Kernels for this machine, which must have the level's instruction sets. */
  public GeneratedKernels(Level level, Arena owner) {
    this(level, generator -> new Generated(generator, owner));
  }

  /** A function that is generated on another thread while kernels are bound. */
  private static final class Generated implements Routine {
    private final ForkJoinTask<Code> code;
    private final Arena owner;
    private volatile MemorySegment entry;

    Generated(Generator generator, Arena owner) {
      code = ForkJoinTask.adapt(() -> generator.generate(Abi.host())).fork();
      this.owner = owner;
    }

    @Override
    public synchronized void finish() {
      if (entry == null) {
        entry = CodeMemory.load(code.tryUnfork() ? code.invoke() : code.join(), owner);
      }
    }

    @Override
    public void call(MemorySegment arguments) {
      if (entry == null) {
        finish();
      }
      Calls.call(entry, arguments);
    }
  }

  GeneratedKernels(Level level, Function<Generator, Routine> loader) {
    this.level = level;
    this.loader = loader;
  }

  @Override
  public String name() {
    return level.text();
  }

  Level level() {
    return level;
  }

  Width width() {
    return level.width();
  }

  /** The generator's function, begun when it is first asked for. */
  Routine routine(Generator generator) {
    return routines.computeIfAbsent(generator, loader);
  }

  @Override
  public void finish() {
    // The last begun first: those that nobody has taken yet this thread generates itself.
    routines.sequencedValues().reversed().forEach(Routine::finish);
  }

  /** Made again: a generator always gives the same. */
  @Override
  public List<Code> code() {
    return routines.keySet().stream().map(g -> g.generate(Abi.host())).toList();
  }

  @Override
  public Kernel bind(Step step, Constants constants) {
    return switch (step) {
      case Step.Product s -> ProductKernel.of(s, this, constants);
      case Step.QuantizeRows s -> QuantizeKernel.of(s, this, constants);
      case Step.QuantizedProduct s -> QuantizedProductKernel.of(s, null, this, constants);
      case Step.Coded s -> coded(s, constants);
      case Step.Convolution s ->
          s.isDepthwise()
              ? DepthwiseKernel.of(s, this, constants)
              : ConvolutionKernel.of(s, this, constants);
      case Step.Resample s -> ResampleKernel.of(s, this, constants);
      case Step.QuantizedAttention s -> QuantizedAttentionKernel.of(s, this, constants);
      case Step.Attention s -> AttentionKernel.of(s, this, constants);
      case Step.Elementwise s -> ElementwiseKernel.of(s, this, constants);
      case Step.LayerNorm s -> RowKernel.of(s, null, this, constants);
      case Step.Softmax s -> RowKernel.of(s, this, constants);
      case Step.Copy s -> copy(s, constants);
      case Step.Gather s -> GatherKernel.of(s, this, constants);
      case Step.Reduce s -> ReduceKernel.of(s, this, constants);
      default -> null;
    };
  }

  private Kernel coded(Step.Coded s, Constants constants) {
    if (!Quantizer.fits(s.out(), s.given(), this)) {
      return null;
    }
    Quantizer made = new Quantizer(s.out(), s.given(), this, constants);
    return switch (s.producer()) {
      case Step.LayerNorm l -> RowKernel.of(l, made, this, constants);
      case Step.QuantizedProduct p -> QuantizedProductKernel.of(p, made, this, constants);
      default -> null;
    };
  }

  private Kernel copy(Step.Copy s, Constants constants) {
    Kernel rows = ElementwiseKernel.of(s, this, constants);
    return rows != null ? rows : TransposeKernel.of(s, this, constants);
  }
}
