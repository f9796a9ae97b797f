package dev.vitrine.build;

import dev.vitrine.build.config.BuildConfig;
import dev.vitrine.build.config.InputProcessor.ExtraShape;
import dev.vitrine.build.data.Samples;
import dev.vitrine.compiler.fuse.Fuser;
import dev.vitrine.compiler.quantize.Resizing;
import dev.vitrine.compiler.rewrite.PassManager;
import dev.vitrine.formats.FormatException;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.VitrineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The sizes of inputs that a model is compiled for.
 *
 * @param all shapes of the model's inputs for each program
 * @param models the simplified model for each; null for the one that is quantized
 */
record Groups(Frontend frontend, Inputs inputs, List<Map<String, Shape>> all, List<Graph> models) {
  /**
   * Finds the sizes, and makes the model for each, so that faults show before the long work.
   *
   * @throws VitrineException when the model can't have one of them
   */
  static Groups open(BuildConfig config, Frontend frontend, Inputs inputs) {
    List<Map<String, Shape>> all = shapes(config, frontend.inputs(), inputs);
    Map<String, Shape> own = own(frontend.inputs());
    List<Graph> models = new ArrayList<>();
    for (Map<String, Shape> shapes : all) {
      try {
        models.add(shapes.equals(own) ? null : frontend.resized(shapes));
      } catch (VitrineException e) {
        throw new VitrineException(
            "%s can't be compiled for %s (%s); leave that size or batch out"
                .formatted(config.input(), shapes, e.getMessage()),
            e);
      }
    }
    return new Groups(frontend, inputs, all, models);
  }

  /** The inputs at the sizes of a group. */
  Inputs inputs(int group) {
    return inputs.resized(all.get(group));
  }

  /**
   * A built graph for the sizes of a group. Fresh.
   *
   * @param built for the sizes that it was quantized at
   */
  Graph graph(int group, Graph built) {
    Graph model = models.get(group);
    if (model == null) {
      return built.copy();
    }
    try {
      return Resizing.resize(built, fused(frontend.graph()), fused(model));
    } catch (GraphException e) {
      throw new VitrineException(
          "what was quantized doesn't fit %s (%s); build that size by itself"
              .formatted(all.get(group), e.getMessage()),
          e);
    }
  }

  /**
   * Samples of what is handed over to a built graph, from a folder: where there is one size alone
   * all must fit, else those that do.
   */
  List<Map<String, Tensor>> stated(int group, Graph built, Path folder) {
    Map<String, TensorType> types = new LinkedHashMap<>();
    built.inputs().forEach(v -> types.put(v.name(), v.type()));
    List<Map<String, Tensor>> out = new ArrayList<>();
    for (Map<String, Path> files : Samples.find(folder, types.keySet())) {
      try {
        out.add(Samples.read(files, types));
      } catch (FormatException e) {
        if (all.size() == 1) {
          throw e;
        }
      }
    }
    return out;
  }

  private static Graph fused(Graph model) {
    Graph g = model.copy();
    Fuser.fuse(g, PassManager.Options.defaults());
    return g;
  }

  private static Map<String, Shape> own(Map<String, TensorType> types) {
    Map<String, Shape> own = new LinkedHashMap<>();
    types.forEach((name, t) -> own.put(name, t.shape()));
    return own;
  }

  /**
   * Shapes of the model's inputs for each program, its own first if it is among them.
   *
   * @param types of the inputs, as they are quantized
   * @throws VitrineException naming the field at fault
   */
  private static List<Map<String, Shape>> shapes(
      BuildConfig config, Map<String, TensorType> types, Inputs inputs) {
    Map<String, Shape> own = own(types);
    List<Map<String, Shape>> sizes = new ArrayList<>(List.of(own));
    int extra = -1;
    for (String input : types.keySet()) {
      List<ExtraShape> stated = inputs.extraShapes(input);
      if (extra >= 0 && stated.size() != extra) {
        throw new VitrineException(
            "input_processors: src_extra_shapes has %d shapes for one input and %d for another"
                .formatted(extra, stated.size()));
      }
      extra = stated.size();
    }
    for (int i = 0; i < extra; i++) {
      Map<String, Shape> group = new LinkedHashMap<>();
      for (Map.Entry<String, Shape> e : own.entrySet()) {
        group.put(e.getKey(), inputs.modelShape(e.getKey(), shape(inputs, e.getKey(), i)));
      }
      sizes.add(group);
    }
    Set<Map<String, Shape>> out = new LinkedHashSet<>();
    Set<Integer> batches = batches(config);
    for (Map<String, Shape> group : sizes) {
      if (batches.isEmpty()) {
        out.add(group);
      }
      for (int n : batches) {
        Map<String, Shape> many = new LinkedHashMap<>();
        group.forEach((name, s) -> many.put(name, s.rank() == 0 ? s : s.with(0, Dim.of(n))));
        out.add(many);
      }
    }
    return List.copyOf(out);
  }

  private static Shape shape(Inputs inputs, String input, int i) {
    List<Integer> sizes = inputs.extraShapes(input).get(i).shape();
    if (sizes.isEmpty() || sizes.stream().anyMatch(n -> n < 1)) {
      throw new VitrineException(
          "input_processors: src_extra_shapes[%d] is %s; state all sizes, each 1 or more"
              .formatted(i, sizes));
    }
    return Shape.of(sizes.stream().mapToLong(Integer::longValue).toArray());
  }

  private static Set<Integer> batches(BuildConfig config) {
    Set<Integer> out = new TreeSet<>(config.compiler().staticBatchSizes());
    int most = config.compiler().maxDynamicBatchSize();
    if (!out.isEmpty() && most != 0) {
      throw new VitrineException(
          "compiler.static_batch_sizes and max_dynamic_batch_size exclude each other; state one");
    }
    if (most < 0 || out.stream().anyMatch(n -> n < 1)) {
      throw new VitrineException("a batch in compiler is less than 1; state numbers from 1 on");
    }
    for (int n = 1; n > 0 && n <= most; n *= 2) {
      out.add(n);
    }
    return out;
  }
}
