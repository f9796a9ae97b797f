package dev.vitrine.compiler.quantize;

/** What a layer's configuration may ask for. */
public enum DataType {
  U8,
  S8,
  /** Kept in float32, which holds all that sixteen bits do. */
  U16,
  /** As {@link #U16}. */
  S16,
  FP32;

  public boolean isQuantized() {
    return this == U8 || this == S8;
  }
}
