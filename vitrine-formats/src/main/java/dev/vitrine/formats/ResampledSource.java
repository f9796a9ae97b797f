package dev.vitrine.formats;

import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import java.util.List;
import java.util.Map;

/**
 * A model as it is but for the filter that pictures are resized with.
 *
 * @param source closed with this
 */
public record ResampledSource(ModelSource source, Interpolation filter) implements ModelSource {
  private static final int SIDE = 518;

  /** A model that doesn't state its preprocessing states ImageNet's with that filter. */
  @Override
  public ModelInfo info() {
    ModelInfo i = source.info();
    Preprocessing how =
        i.preprocessing() == null
            ? Preprocessing.imagenet(SIDE, SIDE, filter)
            : i.preprocessing().withInterpolation(filter);
    return new ModelInfo(
        i.name(),
        i.family(),
        i.architecture(),
        i.task(),
        i.parameters(),
        i.weights(),
        i.licence(),
        how,
        i.labels());
  }

  @Override
  public List<ModelInput> inputs() {
    return source.inputs();
  }

  @Override
  public List<String> outputs() {
    return source.outputs();
  }

  @Override
  public List<String> defaultOutputs() {
    return source.defaultOutputs();
  }

  @Override
  public Graph graph(Map<String, Shape> shapes, List<String> outputs) {
    return source.graph(shapes, outputs);
  }

  @Override
  public void close() {
    source.close();
  }
}
