package dev.vitrine.graph.op;

/**
 * An interpolation kernel: the weight of a sample by its distance, zero from {@code support} on.
 */
interface Filter {
  double weight(double distance);

  int support();

  /** The triangle. */
  Filter LINEAR =
      new Filter() {
        @Override
        public double weight(double distance) {
          return Math.max(0, 1 - Math.abs(distance));
        }

        @Override
        public int support() {
          return 1;
        }
      };

  /** Keys's cubic convolution kernel with free parameter a. */
  static Filter cubic(double a) {
    return new Filter() {
      @Override
      public double weight(double distance) {
        double d = Math.abs(distance);
        if (d <= 1) {
          return ((a + 2) * d - (a + 3)) * d * d + 1;
        }
        return d < 2 ? ((d - 5) * d + 8) * d * a - 4 * a : 0;
      }

      @Override
      public int support() {
        return 2;
      }
    };
  }
}
