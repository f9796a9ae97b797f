package dev.vitrine.engine.gen;

/**
 * The arguments of kernels that work row by row, 8 bytes each; strides are in bytes. They change
 * some.
 */
public enum RowArg {
  IN,
  IN_STRIDE,
  OUT,
  OUT_STRIDE,
  ROWS,
  /** Adjacent floats of a row. */
  COLUMNS,
  /** For each column a number, where the kernel has it; {@link QuantizedRows}' scale is by row. */
  SCALE,
  BIAS,
  /** For each row a byte, where the kernel has it. */
  ZERO,
  /** A float, in the first 4 bytes. */
  EPSILON,
  /** The number of columns as a float, in the first 4 bytes. */
  COUNT,
  /** Of kernels that pick rows: for each row, in 8 bytes, where it starts from {@link #IN} on. */
  INDEX,
  /** The kernel's own: the columns behind the last whole vector. */
  REST,
  /** Of elementwise kernels: for each input its address and stride. */
  INPUTS
}
