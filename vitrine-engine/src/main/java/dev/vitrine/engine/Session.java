package dev.vitrine.engine;

import dev.vitrine.compiler.plan.Buffer;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.ProgramText;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.KernelSet;
import dev.vitrine.engine.kernel.Prepared;
import dev.vitrine.engine.kernel.Scratch;
import dev.vitrine.engine.machine.LargePages;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A program with its kernels and memory, ready to run.
 *
 * <p>Safe for many threads. As many runs go on at once as the session has threads, each in an arena
 * of its own; further ones wait. Results don't depend on the number of threads, nor on what else
 * runs. {@link #close} waits for runs that have begun and ends those that come later with an {@link
 * IllegalStateException}.
 */
public final class Session implements AutoCloseable {
  private record Context(MemorySegment arena, Scratch scratch) {}

  private final Program program;
  private final Prepared prepared;
  private final List<KernelSet> sets;
  private final List<Kernel> kernels;
  private final Arena memory = Arena.ofShared();
  private final Workers workers;
  private final int concurrency;
  private final Semaphore free;
  // Of outputs that are constants; null for computed ones.
  private final List<MemorySegment> fixed = new ArrayList<>();
  private final ArrayDeque<Context> contexts = new ArrayDeque<>();
  private volatile boolean closed;
  private volatile String precision;

  private final Duration loadTime;

  private Session(
      Program program, Options options, long start, Prepared prepared, Consumer<Constants> bound) {
    this.program = program.withoutConstants();
    this.prepared = prepared;
    concurrency = options.threads();
    free = new Semaphore(concurrency, true);
    Workers made = null;
    try {
      Constants constants = new Constants(program, memory, prepared);
      sets = Binder.sets(options, constants);
      kernels = Binder.bind(program, options, constants, sets);
      program
          .outputs()
          .forEach(
              p -> fixed.add(constants.isConstant(p.view()) ? constants.copy(p.view()) : null));
      bound.accept(constants);
      made = new Workers(options.threads(), this::reserve);
      contexts.add(context());
    } catch (Throwable t) {
      if (made != null) {
        made.close();
      }
      memory.close();
      prepared.close();
      throw t;
    }
    workers = made;
    loadTime = Duration.ofNanos(System.nanoTime() - start);
  }

  /**
   * Makes kernels and memory for a program. The model that its constants come from can be closed
   * after.
   */
  public static Session of(Program program, Options options) {
    return of(program, options, System.nanoTime(), Prepared.NONE, _ -> {});
  }

  /**
   * @param start when the work for the session began, of {@link System#nanoTime}
   * @param prepared closed with the session, or when there is none
   * @param bound is shown the constants as kernels have them
   */
  static Session of(
      Program program, Options options, long start, Prepared prepared, Consumer<Constants> bound) {
    return new Session(program, options, start, prepared, bound);
  }

  private void reserve(Scratch scratch) {
    kernels.forEach(k -> k.reserve(scratch));
  }

  private Context context() {
    Scratch scratch = new Scratch();
    reserve(scratch);
    try {
      long bytes = Math.max(1, program.arenaBytes());
      return new Context(new LargePages(memory).allocate(bytes, Program.ALIGNMENT), scratch);
    } catch (OutOfMemoryError e) {
      throw new VitrineException(
          "a run needs "
              + program.arenaBytes()
              + " bytes of memory, which the system doesn't have; use a smaller input",
          e);
    }
  }

  /**
   * Runs the program.
   *
   * @param inputs one tensor for each of the program's inputs, of its type and shape; not kept
   * @return fresh tensors by output name, in the order of the outputs
   * @throws VitrineException when an input is missing, unknown or of another type
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    return run(inputs, null);
  }

  /**
   * As above on the caller's thread alone. As many callers as the session has threads get more done
   * together so than one run after the other, since none waits for another within a run.
   */
  public Map<String, Tensor> runAlone(Map<String, Tensor> inputs) {
    return run(inputs, null, false);
  }

  /** As above, and tells how long each step took. */
  public Map<String, Tensor> run(Map<String, Tensor> inputs, StepListener listener) {
    return run(inputs, listener, true);
  }

  private Map<String, Tensor> run(
      Map<String, Tensor> inputs, StepListener listener, boolean helpers) {
    check(inputs);
    free.acquireUninterruptibly();
    try {
      if (closed) {
        throw new IllegalStateException("the session is closed");
      }
      Context context;
      synchronized (contexts) {
        context = contexts.poll();
      }
      if (context == null) {
        context = context();
      }
      try {
        return run(inputs, context, listener, helpers);
      } finally {
        synchronized (contexts) {
          contexts.push(context);
        }
      }
    } finally {
      free.release();
    }
  }

  private Map<String, Tensor> run(
      Map<String, Tensor> inputs, Context context, StepListener listener, boolean helpers) {
    for (Program.Port port : program.inputs()) {
      place(port, context.arena(), buffer(port).offset()).copyFrom(inputs.get(port.name()).data());
    }
    boolean helped = helpers && workers.acquire();
    try {
      for (int i = 0; i < kernels.size(); i++) {
        long start = listener == null ? 0 : System.nanoTime();
        if (helped) {
          workers.together(kernels.get(i), context.arena(), context.scratch());
        } else {
          Workers.alone(kernels.get(i), context.arena(), context.scratch());
        }
        if (listener != null) {
          listener.done(i, System.nanoTime() - start);
        }
      }
    } finally {
      if (helped) {
        workers.release();
      }
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < fixed.size(); i++) {
      Program.Port port = program.outputs().get(i);
      Tensor t = Tensor.zeros(port.type());
      t.data()
          .copyFrom(
              fixed.get(i) == null
                  ? place(port, context.arena(), buffer(port).offset())
                  : place(port, fixed.get(i), 0));
      outputs.put(port.name(), t);
    }
    return outputs;
  }

  private Buffer buffer(Program.Port port) {
    return program.buffers().get(port.view().buffer());
  }

  private static MemorySegment place(Program.Port port, MemorySegment all, long start) {
    long offset = start + port.view().offset() * port.type().dtype().bytes();
    return all.asSlice(offset, port.type().bytes());
  }

  private void check(Map<String, Tensor> inputs) {
    for (Program.Port port : program.inputs()) {
      Tensor t = inputs.get(port.name());
      if (t == null) {
        throw new VitrineException(
            "input '" + port.name() + "' is missing; it takes " + port.type());
      }
      if (!t.type().equals(port.type())) {
        throw new VitrineException(
            "input '" + port.name() + "' takes " + port.type() + ", not " + t.type());
      }
    }
    for (String name : inputs.keySet()) {
      if (program.inputs().stream().noneMatch(p -> p.name().equals(name))) {
        throw new VitrineException(
            "there is no input '"
                + name
                + "'; the inputs are "
                + program.inputs().stream()
                    .map(Program.Port::name)
                    .collect(Collectors.joining(", ")));
      }
    }
  }

  /** The program, without its constants' contents. */
  public Program program() {
    return program;
  }

  /**
   * How long it took to make the session, from the model's graph on when a {@link Model} made it.
   */
  public Duration loadTime() {
    return loadTime;
  }

  /**
   * What products with constant weights are computed in, {@code f32} or {@code int8}, and how much
   * faster than floats where both were timed, as in {@code int8 (1.31 × float here)}.
   */
  public String precision() {
    boolean bytes =
        program.steps().stream().anyMatch(t -> t.step() instanceof Step.QuantizedProduct);
    return precision != null ? precision : bytes ? Precision.INT8.text() : Precision.F32.text();
  }

  void setPrecision(String text) {
    precision = text;
  }

  /** The name of each step's kernel. */
  public List<String> kernels() {
    return kernels.stream().map(Kernel::name).toList();
  }

  /**
   * The machine code that the kernels call, by name; empty on tiers that have none. Fresh arrays.
   */
  public Map<String, byte[]> machineCode() {
    Map<String, byte[]> out = new LinkedHashMap<>();
    for (Code code : sets.stream().flatMap(s -> s.code().stream()).toList()) {
      String name = code.name();
      for (int i = 2; out.putIfAbsent(name, code.bytes()) != null; i++) {
        name = code.name() + "_" + i;
      }
    }
    return out;
  }

  /** The program with its kernels' names and tiles, one line a step. */
  @Override
  public String toString() {
    List<String> labels = new ArrayList<>();
    kernels.forEach(k -> labels.add(k.name() + " ×" + k.tiles()));
    return ProgramText.print(program, (i, _) -> labels.get(i));
  }

  @Override
  public void close() {
    closed = true;
    free.acquireUninterruptibly(concurrency);
    try {
      if (memory.scope().isAlive()) {
        workers.close();
        memory.close();
        prepared.close();
      }
    } finally {
      free.release(concurrency);
    }
  }
}
