package dev.vitrine.formats.family;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A checkpoint of a known family as a source of graphs. */
public final class FamilySource implements ModelSource {
  private static final String INPUT = "input";
  private static final int MAX_SIDE = 1 << 15;

  private final Family family;
  private final Weights weights;
  private final Architecture architecture;
  private final HubConfig config;
  private final ModelInfo info;

  FamilySource(
      Family family, Weights weights, Architecture architecture, HubConfig config, String name) {
    this.family = family;
    this.weights = weights;
    this.architecture = architecture;
    this.config = config;
    Preprocessing stated = config.preprocessing(architecture.side());
    this.info =
        new ModelInfo(
            name,
            family.name(),
            architecture.title(),
            architecture.task(),
            weights.elements(),
            weights.dtype(),
            licence(config),
            stated != null ? stated : architecture.preprocessing(),
            config.labels());
  }

  /** The file's word before the folder's. */
  private String licence(HubConfig config) {
    Map<String, String> metadata = weights.checkpoint().metadata();
    String said = metadata.getOrDefault("licence", metadata.getOrDefault("license", ""));
    return said.isEmpty() ? config.licence() : Licences.spdx(said);
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public List<ModelInput> inputs() {
    return List.of(new ModelInput(INPUT, type(), architecture.multiple()));
  }

  private TensorType type() {
    long channels = weights.size(family.anchor() + ".weight", 1);
    return new TensorType(
        DType.F32, Shape.of(Dim.of("batch"), Dim.of(channels), Dim.of("height"), Dim.of("width")));
  }

  @Override
  public List<String> outputs() {
    List<String> names = new ArrayList<>(architecture.outputs());
    names.add("hidden.K");
    return names;
  }

  @Override
  public List<String> defaultOutputs() {
    return architecture.defaultOutputs();
  }

  /** {@inheritDoc} Height and width that are left open become those of the training. */
  @Override
  public Graph graph(Map<String, Shape> shapes, List<String> outputs) {
    Set<String> wanted = new LinkedHashSet<>(outputs.isEmpty() ? defaultOutputs() : outputs);
    wanted.forEach(this::check);
    for (String name : shapes.keySet()) {
      if (!name.equals(INPUT)) {
        throw new VitrineException(
            "'" + info.name() + "' has no input '" + name + "'; it has 'input'");
      }
    }
    Shape shape = checked(shapes.getOrDefault(INPUT, type().shape()));
    GraphBuilder b = new GraphBuilder(weights, wanted);
    architecture.build(b, b.graph.input(INPUT, new TensorType(DType.F32, shape)));
    Map<String, Value> made = b.outputs();
    wanted.forEach(name -> b.graph.output(name, made.get(name)));
    b.graph.removeDead();
    return b.graph;
  }

  private void check(String output) {
    int hidden = architecture.hidden();
    boolean known =
        output.matches("hidden\\.\\d{1,4}")
            ? Integer.parseInt(output.substring(7)) < hidden
            : architecture.outputs().contains(output);
    if (!known) {
      throw new VitrineException(
          "'%s' has no output '%s'; it has %s and hidden.0 to hidden.%d"
              .formatted(
                  info.name(), output, String.join(", ", architecture.outputs()), hidden - 1));
    }
  }

  private Shape checked(Shape shape) {
    Shape stated = type().shape();
    if (shape.rank() != 4 || !shape.dim(1).equals(stated.dim(1))) {
      throw new VitrineException(
          "input 'input' takes " + stated + " (batch, channels, height, width), not " + shape);
    }
    Shape sized = shape;
    for (int axis = 2; axis < 4; axis++) {
      if (!sized.dim(axis).isStatic()) {
        sized = sized.with(axis, Dim.of(architecture.side()));
      }
      long side = sized.size(axis);
      int multiple = architecture.multiple();
      if (side < multiple || side > MAX_SIDE || side % multiple != 0) {
        throw new VitrineException(
            "'%s' takes heights and widths that are multiples of %d up to %d, not %d"
                .formatted(info.name(), multiple, MAX_SIDE, side));
      }
    }
    if (sized.dim(0).is(0)) {
      throw new VitrineException("input 'input' can't have a batch of 0");
    }
    return sized;
  }

  /**
   * Writes the weights as safetensors. Into a file, with the configuration in its metadata; or into
   * a folder, made if need be, as the hub has it: {@code model.safetensors}, {@code config.json},
   * {@code preprocessor_config.json}.
   *
   * @param target a file if its name ends in {@code .safetensors}, else a folder
   * @param dtype F32, F16 or BF16
   * @param naming how the tensors are to be called
   * @throws FormatException when a weight doesn't fit the type, a tensor has no name in that
   *     naming, or nothing can be written there
   */
  public void save(Path target, DType dtype, Naming naming) {
    new CheckpointWriter(family, weights, architecture, config, info).write(target, dtype, naming);
  }

  @Override
  public List<Path> files() {
    return weights.checkpoint().paths();
  }

  @Override
  public void close() {
    weights.checkpoint().close();
  }
}
