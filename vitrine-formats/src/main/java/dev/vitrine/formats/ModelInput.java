package dev.vitrine.formats;

import dev.vitrine.graph.TensorType;

/**
 * An input of a model.
 *
 * @param type element type and shape; names where the caller chooses
 * @param multiple what height and width must be a multiple of; 1 when any size goes
 */
public record ModelInput(String name, TensorType type, int multiple) {}
