package dev.vitrine.formats.family;

import java.util.List;
import java.util.Set;

/** A family of models: its names, and how its weights become an architecture. */
interface Family {
  /** Such as {@code dinov2}. */
  String name();

  /** What config.json calls the family's models. */
  Set<String> modelTypes();

  NameTable names();

  /** What stands before the backbone's names, in a naming, when the model has a head. */
  String prefix(Weights weights, Naming naming);

  /** The layer that shows where the backbone's names start: an original name without suffix. */
  String anchor();

  /** Whether the weights have what sets the family apart. */
  boolean accepts(Weights weights);

  /** Names that a checkpoint may have without any effect on the result: regular expressions. */
  List<String> ignored();

  /** Whether a configuration is of the model that these are the weights of. */
  boolean fits(Weights weights, HubConfig config);

  Architecture architecture(Weights weights, HubConfig config);
}
