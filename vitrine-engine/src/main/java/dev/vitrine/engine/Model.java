package dev.vitrine.engine;

import dev.vitrine.compiler.fuse.Fuser;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.rewrite.PassManager;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.engine.kernel.Prepared;
import dev.vitrine.engine.machine.Machine;
import dev.vitrine.engine.packed.CachedSource;
import dev.vitrine.engine.packed.PackCache;
import dev.vitrine.engine.packed.PackedModel;
import dev.vitrine.engine.packed.PackedWriter;
import dev.vitrine.formats.ModelFiles;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * A model that can be run: what {@link ModelSource} knows, and sessions for the input sizes asked
 * for. Safe for many threads. Sessions that it has given can outlive it.
 */
public final class Model implements AutoCloseable {
  private final ModelSource source;
  private final SessionCache cache = new SessionCache();

  // In place of the source's; or null.
  private final ModelInfo info;

  private Model(ModelSource source) {
    this(source, null);
  }

  private Model(ModelSource source, ModelInfo info) {
    this.source = source;
    this.info = info;
  }

  /**
   * Opens an ONNX file, a checkpoint, a folder with one and its {@code config.json}, or a {@code
   * .vitrine} file.
   *
   * @throws VitrineException naming the file and the fault
   */
  public static Model open(Path path) {
    return new Model(PackedModel.isOne(path) ? PackedModel.open(path) : ModelFiles.open(path));
  }

  /**
   * As {@link #open(Path)}; what is packed for sessions is kept in a cache, where the next process
   * that opens the model finds it.
   *
   * @param cache null for none
   */
  public static Model open(Path path, PackCache cache) {
    return cache == null || PackedModel.isOne(path)
        ? open(path)
        : new Model(CachedSource.open(path, cache));
  }

  /** A model from another source, which it closes when it is closed. */
  public static Model of(ModelSource source) {
    return new Model(source);
  }

  /** This model, in its place, with another filter that pictures are resized with. */
  public Model resampledWith(Interpolation filter) {
    return new Model(source, info().withInterpolation(filter));
  }

  public ModelInfo info() {
    return info == null ? source.info() : info;
  }

  public List<ModelInput> inputs() {
    return source.inputs();
  }

  /** The names that {@link Options#outputs()} may hold. */
  public List<String> outputs() {
    return source.outputs();
  }

  public List<String> defaultOutputs() {
    return source.defaultOutputs();
  }

  /** A session for that shape of the model's one input. The caller closes it. */
  public Session session(Shape input, Options options) {
    if (source.inputs().size() != 1) {
      throw new VitrineException(
          info().name()
              + " has the inputs "
              + source.inputs().stream().map(ModelInput::name).collect(Collectors.joining(", "))
              + "; state each one's shape");
    }
    return session(Map.of(source.inputs().getFirst().name(), input), options);
  }

  /**
   * A session for inputs of those shapes. The caller closes it.
   *
   * @param shapes by input name; an input whose shape the model fixes may be left out
   * @throws VitrineException when the model can't take such inputs or has no such outputs
   */
  public Session session(Map<String, Shape> shapes, Options options) {
    long start = System.nanoTime();
    if (source instanceof PackedModel packed) {
      return session(packed, shapes, options, start);
    }
    if (source instanceof CachedSource cached && options.tier() != Tier.REFERENCE) {
      return session(cached, shapes, options, start);
    }
    return session(shapes, options, start, (_, _) -> {});
  }

  private Session session(
      Map<String, Shape> shapes,
      Options options,
      long start,
      BiConsumer<Program, Constants> bound) {
    Graph graph = source.graph(shapes, options.outputs());
    Pipeline.Planned planned = Pipeline.plan(graph, options);
    Program program = planned.program();
    Session session =
        Session.of(program, options, start, Prepared.NONE, c -> bound.accept(program, c));
    session.setPrecision(planned.precision());
    return session;
  }

  private Session session(
      CachedSource cached, Map<String, Shape> shapes, Options options, long start) {
    // Which of a machine's tiers, and of a model's precisions, is best is kept with the file.
    String use =
        "%s %s on %s\n%s -> %s"
            .formatted(
                options.tier().text(),
                options.precision().text(),
                Machine.host().name(),
                new TreeMap<>(shapes),
                options.outputs());
    PackedModel kept = cached.find(use);
    if (kept != null) {
      try {
        PackedModel.Ready ready = kept.ready(shapes, options.outputs());
        Binder.assume(options, ready.tier());
        return Session.of(ready.program(), options, start, ready.prepared(), _ -> {});
      } catch (VitrineException e) {
        // Damaged: made anew.
      }
    }
    return session(
        shapes,
        options,
        start,
        (program, constants) ->
            cached.keep(use, writer -> writer.add(program, options.tierHere(), constants)));
  }

  private static Session session(
      PackedModel packed, Map<String, Shape> shapes, Options options, long start) {
    if (options.tier() == Tier.REFERENCE) {
      throw new VitrineException(
          packed.info().name() + ": is packed for kernels; tier reference needs the model itself");
    }
    PackedModel.Ready ready = packed.ready(shapes, options.outputs());
    try {
      return Session.of(
          ready.program(),
          options,
          start,
          ready.prepared(),
          constants -> {
            if (constants.isPackedAnew()) {
              String tier = options.tierHere();
              options
                  .warnings()
                  .accept(
                      "%s is packed for %s and is packed anew for %s; convert it with --tier %s"
                          .formatted(packed.info().name(), ready.tier(), tier, tier));
            }
          });
    } catch (ArithmeticException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new VitrineException(
          packed.info().name() + ": its program can't be run; make it again with vitrine convert",
          e);
    }
  }

  /**
   * Writes programs for some shapes, with constants as the kernels of the options' tier want them,
   * to a {@code .vitrine} file.
   *
   * @param shapes for each program, by input name
   * @throws VitrineException when the model can't take such inputs, or the file can't be written
   */
  public void pack(Path file, List<Map<String, Shape>> shapes, Options options) {
    if (options.tier() == Tier.REFERENCE) {
      throw new VitrineException("tier reference has no kernels to pack for; choose another");
    }
    PackedWriter writer = new PackedWriter(source);
    try (Arena memory = Arena.ofShared()) {
      for (Map<String, Shape> one : shapes) {
        Program program = Pipeline.plan(source.graph(one, options.outputs()), options).program();
        Constants constants = new Constants(program, memory);
        Binder.bind(program, options, constants, Binder.sets(options, constants));
        writer.add(program, options.tierHere(), constants);
      }
      writer.write(file);
    }
  }

  /**
   * Runs the model on inputs of any shapes that it takes. Sessions for the last few sets of shapes
   * are kept. A batch that a {@code .vitrine} file has no program for runs in parts that it has.
   *
   * @param inputs by name; not kept
   * @return fresh tensors by output name
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs, Options options) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    source
        .inputs()
        .forEach(
            in -> {
              Tensor t = inputs.get(in.name());
              if (t != null) {
                shapes.put(in.name(), t.shape());
              }
            });
    if (source instanceof PackedModel packed && shapes.size() == packed.inputs().size()) {
      List<Long> parts = Batches.cut(packed, shapes);
      if (!parts.isEmpty()) {
        return Batches.run(parts, inputs, part -> run(part, options));
      }
    }
    return cache.run(
        new SessionCache.Key(shapes, options), () -> session(shapes, options), s -> s.run(inputs));
  }

  /**
   * The model's graph for inputs of those shapes.
   *
   * @param outputs empty for the model's default ones
   */
  public Graph graph(Map<String, Shape> shapes, List<String> outputs) {
    return source.graph(shapes, outputs);
  }

  /** A stage on the way to a session for those shapes, in text. */
  public String dump(Stage stage, Map<String, Shape> shapes, Options options) {
    if (stage != Stage.PLANNED) {
      return Pipeline.to(stage, source.graph(shapes, options.outputs())).toString();
    }
    try (Session session = session(shapes, options)) {
      return session.toString();
    }
  }

  /** What fusing the model for those shapes did, and what it nearly did, with reasons. */
  public PassManager.Result fusion(Map<String, Shape> shapes, Options options) {
    return Fuser.fuse(source.graph(shapes, options.outputs()), PassManager.Options.defaults());
  }

  /**
   * What a model comes to for inputs of those shapes.
   *
   * @param shapes the inputs, for people
   * @param operations by name, how many there are when imported, simplified and fused; none of a
   *     {@code .vitrine} file
   * @param steps of the program
   * @param flops floating-point operations of a run; a multiply-add counts two
   * @param constantBytes of the program's weights
   * @param arenaBytes of a run's working memory
   */
  public record Summary(
      String shapes,
      SortedMap<String, List<Integer>> operations,
      int steps,
      long flops,
      long constantBytes,
      long arenaBytes) {}

  /** Plans the model for inputs of those shapes and counts what comes out. */
  public Summary summary(Map<String, Shape> shapes, Options options) {
    if (source instanceof PackedModel packed) {
      PackedModel.Ready ready = packed.ready(shapes, options.outputs());
      try (Prepared _ = ready.prepared()) {
        String plans = String.join("; ", packed.plans());
        return summary(plans, new TreeMap<>(), ready.program());
      }
    }
    Graph graph = source.graph(shapes, options.outputs());
    String inputs = graph.inputs().stream().map(Value::toString).collect(Collectors.joining(", "));
    SortedMap<String, List<Integer>> operations = new TreeMap<>();
    List<Stage> stages = List.of(Stage.IMPORTED, Stage.SIMPLIFIED, Stage.FUSED);
    for (Stage stage : stages) {
      Pipeline.to(stage, graph);
      for (Node n : graph.nodes()) {
        List<Integer> counts =
            operations.computeIfAbsent(n.op().name(), _ -> new ArrayList<>(List.of(0, 0, 0)));
        counts.set(stage.ordinal(), counts.get(stage.ordinal()) + 1);
      }
    }
    return summary(inputs, operations, Pipeline.plan(graph, options).program());
  }

  private static Summary summary(
      String inputs, SortedMap<String, List<Integer>> operations, Program program) {
    return new Summary(
        inputs,
        operations,
        program.steps().size(),
        program.flops(),
        program.constantBytes(),
        program.arenaBytes());
  }

  /** Closes the model's file and the sessions that it keeps, waiting for their runs. */
  @Override
  public void close() {
    cache.close();
    source.close();
  }
}
