package dev.vitrine.features.probe;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Multinomial logistic regression's objective, divided by C and the number of examples n: the mean
 * of −log softmax(W·x + b)[class], plus ‖W‖²/(2·C·n). The intercepts b are not penalised. Each
 * feature's weights may be penalised in a unit of their own.
 *
 * <p>The unknowns are one row a class: its weights, then its intercept. Sums run in an order that
 * doesn't depend on the number of threads.
 */
final class LogisticLoss implements Lbfgs.Function {
  /** Parts that are summed apart, then in order. */
  private static final int PARTS = 16;

  private final Examples examples;
  private final int classes;
  private final int width;
  private final double[] penalties;

  /**
   * @param units by feature: a weight w is penalised as w ÷ unit
   */
  LogisticLoss(Examples examples, double c, double[] units) {
    this.examples = examples;
    this.classes = examples.classes().size();
    this.width = examples.width();
    this.penalties = Arrays.stream(units).map(u -> 1 / (c * examples.count() * u * u)).toArray();
  }

  int unknowns() {
    return Math.multiplyExact(classes, width + 1);
  }

  @Override
  public double at(double[] x, double[] gradient) {
    double[] losses = new double[PARTS];
    double[][] gradients = new double[PARTS][];
    int n = examples.count();
    IntStream.range(0, PARTS)
        .parallel()
        .forEach(
            part -> {
              gradients[part] = new double[x.length];
              int from = (int) ((long) n * part / PARTS);
              int to = (int) ((long) n * (part + 1) / PARTS);
              losses[part] = sum(x, gradients[part], from, to);
            });
    Arrays.fill(gradient, 0);
    double loss = 0;
    for (int part = 0; part < PARTS; part++) {
      loss += losses[part];
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += gradients[part][i];
      }
    }
    double penalty = 0;
    for (int i = 0; i < gradient.length; i++) {
      int j = i % (width + 1);
      double pull = j < width ? penalties[j] * x[i] : 0;
      gradient[i] = gradient[i] / n + pull;
      penalty += pull * x[i] / 2;
    }
    return loss / n + penalty;
  }

  /** Adds up loss and gradient of some examples, a tile at a time. */
  private double sum(double[] x, double[] gradient, int from, int to) {
    Tile tile = new Tile(classes, width);
    double loss = 0;
    for (int i = from; i < to; i += Tile.ROWS) {
      int rows = Math.min(Tile.ROWS, to - i);
      tile.load(examples.values(), i, rows);
      tile.scores(x);
      for (int r = 0; r < rows; r++) {
        loss += tile.toErrors(r, examples.labels()[i + r]);
      }
      tile.addErrors(rows, gradient);
    }
    return loss;
  }

  /** A few examples, lying both ways, so that all inner loops run along memory. */
  private static final class Tile {
    static final int ROWS = 64;

    /** Terms that are added together, so that a sum is loaded and stored less often. */
    private static final int TERMS = 4;

    private final int classes;
    private final int width;
    private final double[] rows;
    private final double[] columns;
    private final double[] scores;
    private final double[] weights;

    Tile(int classes, int width) {
      this.classes = classes;
      this.width = width;
      int padded = (width + TERMS - 1) / TERMS * TERMS;
      rows = new double[ROWS * width];
      columns = new double[ROWS * padded];
      scores = new double[ROWS * classes];
      weights = new double[padded];
    }

    /** Fills the tile; what is left of it are zeros. */
    void load(float[] values, int first, int count) {
      int n = count * width;
      Arrays.fill(rows, n, rows.length, 0);
      for (int i = 0; i < n; i++) {
        rows[i] = values[first * width + i];
      }
      for (int r = 0; r < ROWS; r++) {
        for (int j = 0; j < width; j++) {
          columns[j * ROWS + r] = rows[r * width + j];
        }
      }
    }

    /** The scores of each class for all rows, class by class. */
    void scores(double[] x) {
      for (int c = 0; c < classes; c++) {
        int at = c * (width + 1);
        System.arraycopy(x, at, weights, 0, width);
        Arrays.fill(scores, c * ROWS, (c + 1) * ROWS, x[at + width]);
        for (int j = 0; j < weights.length; j += TERMS) {
          add(scores, c * ROWS, ROWS, columns, j * ROWS, ROWS, weights, j);
        }
      }
    }

    /** Turns a row's scores into the loss's derivatives by them; gives the loss. */
    double toErrors(int row, int label) {
      double max = Double.NEGATIVE_INFINITY;
      for (int i = row; i < scores.length; i += ROWS) {
        max = Math.max(max, scores[i]);
      }
      double own = scores[label * ROWS + row] - max;
      double sum = 0;
      for (int i = row; i < scores.length; i += ROWS) {
        scores[i] = Math.exp(scores[i] - max);
        sum += scores[i];
      }
      for (int i = row; i < scores.length; i += ROWS) {
        scores[i] /= sum;
      }
      scores[label * ROWS + row] -= 1;
      return Math.log(sum) - own;
    }

    void addErrors(int count, double[] gradient) {
      for (int c = 0; c < classes; c++) {
        Arrays.fill(scores, c * ROWS + count, (c + 1) * ROWS, 0);
        int at = c * (width + 1);
        for (int r = 0; r < ROWS; r += TERMS) {
          add(gradient, at, width, rows, r * width, width, scores, c * ROWS + r);
        }
        for (int r = 0; r < count; r++) {
          gradient[at + width] += scores[c * ROWS + r];
        }
      }
    }

    /** Adds {@link #TERMS} rows of {@code a}, {@code step} apart, times weights to n sums. */
    private static void add(
        double[] sums, int at, int n, double[] a, int row, int step, double[] w, int first) {
      double w0 = w[first];
      double w1 = w[first + 1];
      double w2 = w[first + 2];
      double w3 = w[first + 3];
      for (int j = 0; j < n; j++) {
        int k = row + j;
        sums[at + j] += w0 * a[k] + w1 * a[k + step] + w2 * a[k + 2 * step] + w3 * a[k + 3 * step];
      }
    }
  }
}
