package dev.vitrine.cli;

import dev.vitrine.engine.Model;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the model that a word on the command line means. */
final class Models {
  /** Where the embedded model lies, below the installation's root. */
  private static final Path EMBEDDED = Path.of("models", "dinov2-small");

  private Models() {}

  /** The installation's or checkout's root, which the launcher states. */
  static Path home() {
    return Path.of(System.getProperty("vitrine.home", "."));
  }

  static Path embedded() {
    return home().resolve(EMBEDDED);
  }

  /** A path, or the name of a model that is embedded or was fetched. */
  static Path locate(String model) {
    Path path = Path.of(model);
    if (!Files.exists(path) && model.equals(EMBEDDED.getFileName().toString())) {
      return embedded();
    }
    return path;
  }

  static Model open(String model) {
    return Model.open(locate(model));
  }
}
