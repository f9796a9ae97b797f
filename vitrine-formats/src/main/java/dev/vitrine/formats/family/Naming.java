package dev.vitrine.formats.family;

/** A collection of checkpoints that has names of its own for a model's tensors. */
public enum Naming {
  /** The code that the model was published with; for ViT, timm. */
  ORIGINAL,
  /** The files on the Hugging Face hub. */
  HUB,
  /** What the transformers library from version 5 calls the same tensors in memory. */
  CURRENT
}
