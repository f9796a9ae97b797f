package dev.vitrine.compiler.quantize;

/** Where the range of quantized activations comes from. */
public enum Ranges {
  /** Each row its own, measured while running: needs no calibration and bears outlier tokens. */
  ROWS,
  /** One range for the tensor: all that calibration saw. */
  MIN_MAX,
  /** One range for the tensor: what holds all but 0.01 % of the calibration's numbers. */
  PERCENTILE,
  /** One range for the tensor: of the least squared error over the calibration's histogram. */
  MSE,
  /** One range for the tensor: of the least divergence from the calibration's histogram. */
  KL
}
