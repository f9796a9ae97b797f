package dev.vitrine.formats.family;

import dev.vitrine.formats.ModelInfo.Task;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.graph.Value;
import java.util.List;
import java.util.Map;

/** One model of a family, as its weights and configuration describe it. */
interface Architecture {
  /** For people, such as {@code ViT-S/14}. */
  String title();

  Task task();

  /** What height and width must be a multiple of. */
  int multiple();

  /** Height and width that the model was trained with. */
  int side();

  /** What the family is known to expect of pictures; null when its models differ in that. */
  Preprocessing preprocessing();

  /** What the hub's config.json says of such a model, apart from its labels. */
  Map<String, Object> config();

  List<String> outputs();

  List<String> defaultOutputs();

  /** The number of outputs {@code hidden.0} and following. */
  int hidden();

  /**
   * Builds the forward pass and offers its outputs; may stop when all that are wanted are there.
   *
   * @param input [batch, channels, height, width] with known height and width
   */
  void build(GraphBuilder b, Value input);
}
