package dev.vitrine.formats.family;

import dev.vitrine.formats.Checkpoint;
import dev.vitrine.formats.FormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds the family that a checkpoint belongs to, by the names and shapes of its tensors. */
public final class Families {
  private static final List<Family> ALL =
      List.of(new Dinov2(), new Swin(), new Segformer(), new Vit());

  private Families() {}

  /**
   * A model from a checkpoint, which it closes in the end.
   *
   * @param folder where to look for config.json and the like; null for nowhere
   * @param binding whether a config.json that doesn't fit is an error; else it is passed over
   * @param name of the model, for people
   * @throws FormatException when the checkpoint is of no known family, or incomplete
   */
  public static FamilySource open(
      Checkpoint checkpoint, Path folder, boolean binding, String name) {
    HubConfig config = config(checkpoint, folder);
    refuseUnsupported(checkpoint);
    for (Family family : ALL) {
      Weights weights = weights(checkpoint, family);
      if (weights == null || !family.accepts(weights)) {
        continue;
      }
      weights.requireWhole();
      refuseUnknown(family, weights);
      if (!fits(config, family, weights)) {
        if (binding) {
          throw config.fault("describes another model than " + checkpoint.path() + " holds");
        }
        config = HubConfig.NONE;
      }
      return new FamilySource(family, weights, family.architecture(weights, config), config, name);
    }
    List<String> some = checkpoint.tensors().keySet().stream().limit(3).toList();
    throw checkpoint.fault(
        "is of no known family (tensors: "
            + String.join(", ", some)
            + ", …); known are DINOv2, ViT, DeiT, Swin and SegFormer; or export it to ONNX");
  }

  /** What the file says of itself, else what its folder says. */
  private static HubConfig config(Checkpoint checkpoint, Path folder) {
    HubConfig own = HubConfig.of(checkpoint.path(), checkpoint.metadata());
    if (own.exists() || folder == null || !Files.exists(folder.resolve(HubConfig.CONFIG))) {
      return own;
    }
    return HubConfig.of(folder);
  }

  private static void refuseUnsupported(Checkpoint checkpoint) {
    Set<String> names = checkpoint.tensors().keySet();
    if (names.stream().anyMatch(n -> n.contains(".logit_scale") || n.contains("_position_mlp"))
        || names.stream().anyMatch(n -> n.contains(".cpb_mlp."))) {
      throw checkpoint.fault("Swin Transformer V2 is not supported; export it to ONNX");
    }
  }

  /** The weights by the family's names; null when they don't have its anchor. */
  private static Weights weights(Checkpoint checkpoint, Family family) {
    Set<String> prefixes = new LinkedHashSet<>();
    for (Naming naming : Naming.values()) {
      for (String anchor : family.names().names(family.anchor() + ".weight", naming, "")) {
        checkpoint.tensors().keySet().stream()
            .map(Weights::clean)
            .filter(n -> n.equals(anchor) || n.endsWith("." + anchor))
            .map(n -> n.substring(0, n.length() - anchor.length()))
            .forEach(prefixes::add);
      }
    }
    if (prefixes.isEmpty()) {
      return null;
    }
    String prefix =
        prefixes.stream()
            .filter(p -> p.contains("teacher"))
            .findFirst()
            .orElse(prefixes.iterator().next());
    return Weights.of(checkpoint, family.names(), prefix);
  }

  /** A tensor that nothing reads would make another model than the one that was saved. */
  private static void refuseUnknown(Family family, Weights weights) {
    for (String name : weights.unknown()) {
      if (family.ignored().stream().noneMatch(name::matches)) {
        throw weights.fault(
            name, "has no place in " + family.name() + " as Vitrine knows it; export it to ONNX");
      }
    }
  }

  private static boolean fits(HubConfig config, Family family, Weights weights) {
    String type = config.text("model_type", "");
    return (type.isEmpty() || family.modelTypes().contains(type)) && family.fits(weights, config);
  }
}
