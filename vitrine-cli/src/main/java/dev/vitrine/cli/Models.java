package dev.vitrine.cli;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.packed.PackCache;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.formats.catalog.Catalog;
import dev.vitrine.formats.catalog.CatalogEntry;
import dev.vitrine.formats.catalog.ModelCache;
import dev.vitrine.graph.VitrineException;
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

  /** A path, or the name of a model that is embedded or was pulled. */
  static Path locate(String model) {
    Path path = Path.of(model);
    if (Files.exists(path)) {
      return path;
    }
    if (model.equals(EMBEDDED.getFileName().toString())) {
      return embedded();
    }
    ModelCache cache = ModelCache.ofUser();
    for (CatalogEntry entry : Catalog.entries()) {
      if (entry.name().equals(model)) {
        if (!cache.has(entry)) {
          throw new VitrineException(
              model + " is not here yet; fetch it with: vitrine pull " + model);
        }
        return cache.path(entry);
      }
    }
    return path;
  }

  /** Opens a model; what is packed for it is kept for later processes. */
  static Model open(String model) {
    return open(model, null);
  }

  /**
   * @param filter that pictures are resized with; null for the one that the model states
   */
  static Model open(String model, Interpolation filter) {
    Model opened = Model.open(locate(model), cache());
    return filter == null ? opened : opened.resampledWith(filter);
  }

  /** In the folder that the launcher states; null for none. */
  private static PackCache cache() {
    String folder = System.getProperty("vitrine.packed");
    return folder == null ? null : PackCache.in(Path.of(folder));
  }
}
