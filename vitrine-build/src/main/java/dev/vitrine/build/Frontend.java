package dev.vitrine.build;

import dev.vitrine.build.config.BuildConfig;
import dev.vitrine.build.config.BuildConfig.ConstProcessor;
import dev.vitrine.build.config.BuildConfig.OpProcessor;
import dev.vitrine.compiler.check.Comparison;
import dev.vitrine.compiler.check.Difference;
import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.compiler.edit.GraphEditor;
import dev.vitrine.compiler.simplify.Simplifier;
import dev.vitrine.engine.NodeExecutor;
import dev.vitrine.engine.Options;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.MappedFile;
import dev.vitrine.formats.ModelFiles;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.formats.onnx.OnnxSource;
import dev.vitrine.formats.onnx.OnnxWriter;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Suggestions;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.function.Function;

/** The float model of a build: opened at its input shapes, changed as told, simplified. */
final class Frontend implements AutoCloseable {
  /** How far an output may move by simplification, in parts of its spread. */
  private static final double TOLERANCE = 1e-3;

  private final ModelSource source;
  private final BuildConfig config;
  private final Function<String, Path> find;
  private final Map<String, Shape> shapes;
  private final Graph original;
  private final Graph graph;

  private Frontend(ModelSource source, BuildConfig config, Function<String, Path> find) {
    this.source = source;
    this.config = config;
    this.find = find;
    shapes = shapes(source, config.inputShapes());
    original = source.graph(shapes, List.of());
    graph = simplified(original, null);
  }

  /**
   * @param input the model's file
   * @param find the place that a path in a configuration means
   * @throws VitrineException naming the file, shape, constant or operation at fault
   */
  static Frontend open(BuildConfig config, Path input, Function<String, Path> find) {
    ModelSource source = ModelFiles.open(input);
    try {
      return new Frontend(source, config, find);
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /**
   * The simplified graph for other sizes. An export for one batch is changed inside.
   *
   * @param sizes of inputs by name, whose first may be another batch, the same for all
   * @throws VitrineException when the model can't have them
   */
  Graph resized(Map<String, Shape> sizes) {
    Map<String, Shape> own = new LinkedHashMap<>();
    Long batch = null;
    for (Map.Entry<String, Shape> e : sizes.entrySet()) {
      Shape before = shapes.get(e.getKey());
      own.put(e.getKey(), e.getValue().with(0, before.dim(0)));
      if (!e.getValue().dim(0).equals(before.dim(0))) {
        batch = e.getValue().size(0);
      }
    }
    return simplified(source.graph(own, List.of()), batch);
  }

  private Graph simplified(Graph imported, Long batch) {
    GraphEditor editor = GraphEditor.of(imported);
    for (ConstProcessor c : config.constProcessors()) {
      constant(editor, c, find);
    }
    Graph out = patched(editor.graph(), config.opProcessors());
    if (batch != null) {
      out = GraphEditor.of(out).batch(batch).graph();
    }
    if (!config.onnxOpt().disableOnnxOptimization()) {
      Simplifier.simplify(out, Simplifier.Options.defaults().withFuseStandard(true));
    }
    return out;
  }

  /**
   * Static shapes of all inputs: those that are stated, else the model's own, else a batch of 1.
   */
  private static Map<String, Shape> shapes(ModelSource source, String stated) {
    Map<String, Shape> said = new LinkedHashMap<>();
    for (String part : stated.split(";")) {
      int colon = part.lastIndexOf(':');
      if (colon > 0) {
        said.put(part.substring(0, colon).strip(), Shape.parse(part.substring(colon + 1).strip()));
      } else if (!part.isBlank()) {
        throw new VitrineException(
            "input_shapes: '" + part + "': write NAME:SHAPE, such as input:1x3x518x518");
      }
    }
    List<String> names = source.inputs().stream().map(ModelInput::name).toList();
    for (String name : said.keySet()) {
      if (!names.contains(name)) {
        throw new VitrineException(
            "input_shapes: " + Suggestions.unknown("input", name, names).getMessage());
      }
    }
    Map<String, Shape> out = new LinkedHashMap<>();
    for (ModelInput in : source.inputs()) {
      Shape shape = said.get(in.name());
      out.put(in.name(), shape == null ? known(source, in) : shape);
    }
    return out;
  }

  private static Shape known(ModelSource source, ModelInput in) {
    Preprocessing stated = source.info().preprocessing();
    Shape shape = in.type().shape();
    for (int i = 0; i < shape.rank(); i++) {
      if (!shape.dim(i).isStatic()) {
        boolean side = stated != null && shape.rank() == 4 && i >= 2;
        if (i > 0 && !side) {
          throw new VitrineException(
              "input '%s' is %s; state its shape, such as input_shapes \"%s:1x3x518x518\""
                  .formatted(in.name(), shape, in.name()));
        }
        shape = shape.with(i, Dim.of(i == 0 ? 1 : i == 2 ? stated.height() : stated.width()));
      }
    }
    return shape;
  }

  private static void constant(GraphEditor editor, ConstProcessor c, Function<String, Path> find) {
    Value old = editor.graph().value(c.name());
    if (old == null || !old.isConstant()) {
      List<String> names =
          editor.graph().values().stream().filter(Value::isConstant).map(Value::name).toList();
      throw new VitrineException(
          "const_processors: " + Suggestions.unknown("constant", c.name(), names).getMessage());
    }
    Tensor t =
        c.dataPath().isEmpty()
            ? filled(old.type(), c.data(), c.name())
            : read(old.type(), find.apply(c.dataPath()));
    editor.constant(c.name(), t);
  }

  private static Tensor filled(TensorType type, List<Double> data, String name) {
    Tensor t = Tensor.zeros(type);
    if (t.count() != data.size()) {
      throw new VitrineException(
          "const_processors: '%s' is %s, which takes %d numbers, not %d"
              .formatted(name, type, t.count(), data.size()));
    }
    for (int i = 0; i < data.size(); i++) {
      t.set(i, (double) data.get(i));
    }
    return t;
  }

  private static Tensor read(TensorType type, Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".npy")) {
      return Npy.read(file);
    } else if (name.endsWith(".txt")) {
      return filled(type, numbers(file), file.toString());
    }
    try (MappedFile mapped = MappedFile.open(file)) {
      if (mapped.bytes().byteSize() != type.bytes()) {
        throw new FormatException(
            "%s: has %,d bytes, but the constant, %s, has %,d"
                .formatted(file, mapped.bytes().byteSize(), type, type.bytes()));
      }
      Tensor t = Tensor.zeros(type);
      t.data().copyFrom(mapped.bytes());
      return t;
    }
  }

  private static List<Double> numbers(Path file) {
    try {
      StringTokenizer words = new StringTokenizer(Files.readString(file), " ,;\t\r\n");
      List<Double> out = new java.util.ArrayList<>();
      while (words.hasMoreTokens()) {
        out.add(Double.parseDouble(words.nextToken()));
      }
      return out;
    } catch (IOException | NumberFormatException e) {
      throw new FormatException(file + ": is no text of numbers (" + e.getMessage() + ")", e);
    }
  }

  /** A graph with other attributes; itself when there are none. */
  static Graph patched(Graph graph, List<OpProcessor> patches) {
    if (patches.isEmpty()) {
      return graph;
    }
    GraphEditor editor = GraphEditor.of(graph);
    for (OpProcessor p : patches) {
      p.attrs().forEach((key, value) -> editor.attribute(p.opName(), key, value.toString()));
    }
    return editor.graph();
  }

  ModelSource source() {
    return source;
  }

  /** The simplified graph. */
  Graph graph() {
    return graph;
  }

  /** The inputs' types, all static. */
  Map<String, TensorType> inputs() {
    Map<String, TensorType> out = new LinkedHashMap<>();
    graph.inputs().forEach(v -> out.put(v.name(), v.type()));
    return out;
  }

  /** How far simplification moved each output, on random inputs. */
  List<Difference> check(Options options) {
    return Comparison.outputs(
        graph, original, RandomInputs.of(original, Map.of(), 1), new NodeExecutor(options));
  }

  static boolean passes(Difference d) {
    return d.within(TOLERANCE);
  }

  /** Writes the simplified graph as ONNX. */
  void write(Path file) {
    write(graph, file);
  }

  /** Writes a graph in operations of ONNX. */
  void write(Graph written, Path file) {
    int least = OnnxWriter.leastOpset(written);
    int opset = source instanceof OnnxSource onnx ? Math.max(onnx.opset(), least) : least;
    OnnxWriter.write(file, written, Math.min(opset, OnnxWriter.NEWEST_OPSET));
  }

  @Override
  public void close() {
    source.close();
  }
}
