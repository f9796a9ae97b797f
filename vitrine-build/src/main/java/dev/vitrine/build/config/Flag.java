package dev.vitrine.build.config;

/**
 * A field that the command line can set.
 *
 * @param path such as {@code quant.calibration_method}
 * @param kind a word for the value, such as {@code INT}
 * @param values how many values it takes
 * @param help what it does, with its default
 * @param ignored whether it means nothing on a CPU
 */
public record Flag(String path, String kind, Values values, String help, boolean ignored) {
  /** How many values a flag takes. */
  public enum Values {
    /** A flag alone means true. */
    AT_MOST_ONE,
    ONE,
    SEVERAL
  }
}
