package dev.vitrine.formats;

import dev.vitrine.formats.family.FamilySource;
import dev.vitrine.formats.family.Naming;
import dev.vitrine.graph.DType;
import java.nio.file.Path;

/** Writes checkpoints in other formats than they came in. */
public final class Converter {
  private Converter() {}

  /**
   * Writes a model's weights as safetensors, to a file or a folder; see {@link FamilySource#save}.
   *
   * @throws FormatException when the model is no checkpoint, or can't be written so
   */
  public static void toSafetensors(ModelSource model, Path target, DType dtype, Naming naming) {
    if (!(model instanceof FamilySource checkpoint)) {
      throw new FormatException(
          target
              + ": only checkpoints are written as safetensors, and '"
              + model.info().name()
              + "' is a graph; write it as .onnx");
    }
    checkpoint.save(target, dtype, naming);
  }
}
