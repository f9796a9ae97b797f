package dev.vitrine.build.data;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.MappedFile;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.nio.file.Path;

/** An input in a file of its own. */
final class ArrayFile {
  private ArrayFile() {}

  /**
   * Reads {@code .npy}, or raw elements.
   *
   * @throws FormatException when it is of another type
   */
  static Tensor read(Path file, TensorType type) {
    return file.toString().endsWith(".npy") ? checked(Npy.read(file), type, file) : raw(file, type);
  }

  static Tensor checked(Tensor t, TensorType type, Path file) {
    if (!t.type().equals(type)) {
      throw new FormatException(
          "%s: is %s, but the model's input is %s; save it so".formatted(file, t.type(), type));
    }
    return t;
  }

  static Tensor raw(Path file, TensorType type) {
    try (MappedFile mapped = MappedFile.open(file)) {
      if (mapped.bytes().byteSize() != type.bytes()) {
        throw new FormatException(
            "%s: has %,d bytes, but the model's input, %s, has %,d"
                .formatted(file, mapped.bytes().byteSize(), type, type.bytes()));
      }
      Tensor t = Tensor.zeros(type);
      t.data().copyFrom(mapped.bytes());
      return t;
    }
  }
}
