package dev.vitrine.build.config;

/** Element types as the vendor names them. */
public enum DataType {
  /** Not said. */
  DefaultDataType,
  U8,
  S8,
  U16,
  S16,
  U32,
  S32,
  U64,
  S64,
  FP16,
  FP32,
  BF16
}
