package dev.vitrine.vision.task;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Tensor;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.Argmax;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The class of each pixel of a picture.
 *
 * @param classes a grey picture whose levels are class numbers
 * @param count how many classes there are, as far as is known
 * @param all whether the model has no more classes than {@code count}: its scores tell, class
 *     numbers don't
 */
public record ClassMap(Image classes, int count, boolean all) {
  private static final int MOST = 256;

  /**
   * Reads the output of a segmenting model for one picture, interpolated to that picture's size.
   * Scores {@code [n, classes, h, w]} are interpolated linearly before the largest is taken. Maps
   * of integer class numbers {@code [n, h, w]} or {@code [n, 1, h, w]}, as ArgMax gives them, are
   * interpolated as if they were scores of one for the class and zero for the others.
   *
   * @param picture which of the n
   */
  public static ClassMap of(Tensor output, int picture, int height, int width) {
    int rank = output.rank();
    boolean map = !output.dtype().isFloat() && (rank == 3 || (rank == 4 && output.size(1) == 1));
    boolean scores = output.dtype().isFloat() && rank == 4 && output.size(1) > 1;
    if (!map && !scores) {
      throw new GraphException(
          "an output "
              + output.type()
              + " is no segmentation; it should be scores [n, classes, h, w] or class numbers");
    }
    int h = Math.toIntExact(output.size(-2));
    int w = Math.toIntExact(output.size(-1));
    long plane = Math.multiplyExact(h, w);
    if (scores) {
      int count = checked(output.size(1));
      float[] values =
          output.slice(picture * count * plane, output.shape().with(0, Dim.of(1))).toFloats();
      return new ClassMap(Argmax.ofScores(values, count, h, w, height, width), count, true);
    }
    byte[] numbers = new byte[(int) plane];
    int count = 0;
    for (int i = 0; i < numbers.length; i++) {
      long c = output.integer(picture * plane + i);
      if (c < 0) {
        throw new GraphException("the model's output has the class number " + c);
      }
      count = Math.max(count, checked(c + 1));
      numbers[i] = (byte) c;
    }
    return new ClassMap(Argmax.ofClasses(numbers, h, w, height, width), count, false);
  }

  private static int checked(long count) {
    if (count > MOST) {
      throw new GraphException("class maps hold " + MOST + " classes; the model has " + count);
    }
    return (int) count;
  }

  /** The share of the picture that each class covers, 0…1, by class. */
  public double[] shares() {
    double[] shares = new double[count];
    for (byte c : classes.pixels()) {
      shares[c & 0xff]++;
    }
    return Arrays.stream(shares).map(n -> n / classes.pixels().length).toArray();
  }

  /** The classes that occur, the largest first; of equals the lower number. */
  public int[] present() {
    double[] shares = shares();
    return IntStream.range(0, count)
        .filter(c -> shares[c] > 0)
        .boxed()
        .sorted((a, b) -> Double.compare(shares[b], shares[a]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
