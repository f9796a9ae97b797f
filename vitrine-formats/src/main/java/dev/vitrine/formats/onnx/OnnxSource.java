package dev.vitrine.formats.onnx;

import dev.vitrine.formats.MappedFile;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A model in an ONNX file. Any value of the graph can be asked for as an output; {@link #outputs()}
 * lists those that the file names as such.
 */
public final class OnnxSource implements ModelSource {
  private final MappedFile file;
  private final ExternalData external;
  private final OnnxModel model;
  private final GraphImporter importer;

  private OnnxSource(Path path) {
    file = MappedFile.open(path);
    external = new ExternalData(path.toAbsolutePath().normalize().getParent());
    try {
      model = ModelParser.parse(path.toString(), file.bytes(), external);
      importer = new GraphImporter(model);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens a file and looks all of it over.
   *
   * @throws dev.vitrine.formats.FormatException when it is missing, damaged or breaks ONNX's rules
   * @throws dev.vitrine.formats.UnsupportedException listing the operations that Vitrine doesn't
   *     have
   */
  public static OnnxSource open(Path path) {
    return new OnnxSource(path);
  }

  @Override
  public ModelInfo info() {
    String name = file.path().getFileName().toString().replaceFirst("\\.onnx$", "");
    Map<DType, Long> counts = new EnumMap<>(DType.class);
    for (Tensor t : model.graph().initializers().values()) {
      if (t.dtype().isFloat() || t.dtype().isInteger() && t.dtype().bytes() == 1) {
        counts.merge(t.dtype(), t.count(), Long::sum);
      }
    }
    DType most = DType.F32;
    for (DType t : counts.keySet()) {
      most = counts.get(t) > counts.getOrDefault(most, 0L) ? t : most;
    }
    long parameters = counts.values().stream().mapToLong(Long::longValue).sum();
    return new ModelInfo(
        name,
        "onnx",
        "",
        ModelInfo.Task.UNKNOWN,
        parameters,
        most,
        "",
        OnnxMetadata.preprocessing(model.metadata(), file.path().toString()),
        OnnxMetadata.labels(model.metadata(), file.path().toString()));
  }

  @Override
  public List<ModelInput> inputs() {
    return importer.inputs().stream().map(t -> new ModelInput(t.name(), t.type(), 1)).toList();
  }

  /** What the file says besides, by key. */
  public Map<String, String> metadata() {
    return model.metadata();
  }

  /** The opset of ONNX's own domain that the file is written in. */
  public int opset() {
    return Math.toIntExact(model.opsets().get(""));
  }

  /**
   * How many nodes of each type the file has, Constant nodes and calls of its own functions
   * included.
   */
  public SortedMap<String, Integer> operations() {
    SortedMap<String, Integer> out = new TreeMap<>();
    model.graph().nodes().forEach(n -> out.merge(n.type(), 1, Integer::sum));
    return out;
  }

  @Override
  public List<String> outputs() {
    return model.graph().outputs().stream().map(OnnxModel.Typed::name).toList();
  }

  @Override
  public List<String> defaultOutputs() {
    return outputs();
  }

  /**
   * As {@link ModelSource#graph}; {@code outputs} may also name inner values, and nodes that no
   * named output needs are left out.
   */
  @Override
  public Graph graph(Map<String, Shape> shapes, List<String> outputs) {
    return importer.graph(shapes, outputs);
  }

  @Override
  public List<Path> files() {
    return Stream.concat(Stream.of(file.path()), external.paths().stream()).toList();
  }

  @Override
  public void close() {
    file.close();
    external.close();
  }
}
