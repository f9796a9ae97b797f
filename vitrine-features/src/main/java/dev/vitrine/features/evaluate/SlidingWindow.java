package dev.vitrine.features.evaluate;

import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.resize.FloatMap;
import java.util.Map;

/**
 * Scores of a picture larger than the model's input: from windows at the picture's own scale, whose
 * scores are interpolated linearly and averaged where windows overlap. The last window of a row or
 * column ends with the picture.
 *
 * @param down the step from one window to the next, in pixels
 * @param right likewise
 */
record SlidingWindow(int down, int right) {
  SlidingWindow {
    if (down < 1 || right < 1) {
      throw new VitrineException("the stride is " + down + "×" + right + "; it is at least 1×1");
    }
  }

  /** Scores f32 {@code [1, classes, height, width]} of the picture's size. */
  Tensor scores(PictureModel model, Image picture) {
    int height = picture.height();
    int width = picture.width();
    if (height < model.height() || width < model.width()) {
      throw new VitrineException(
          "a picture of %d×%d is smaller than the window of %d×%d; leave out --stride or use a smaller -g"
              .formatted(height, width, model.height(), model.width()));
    }
    if (down > model.height() || right > model.width()) {
      throw new VitrineException(
          "the stride %d×%d leaves gaps between windows of %d×%d; use a smaller one"
              .formatted(down, right, model.height(), model.width()));
    }
    float[] sums = null;
    int classes = 0;
    int[] windows = new int[Math.multiplyExact(height, width)];
    for (int y = 0; y >= 0; y = next(y, down, model.height(), height)) {
      for (int x = 0; x >= 0; x = next(x, right, model.width(), width)) {
        Image window = picture.crop(y, x, model.height(), model.width());
        Tensor scores = scores(model.run(window));
        if (sums == null) {
          classes = Math.toIntExact(scores.size(1));
          sums = new float[Math.multiplyExact(classes, windows.length)];
        }
        add(scores, model, sums, windows, y, x, width);
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= windows[i % windows.length];
    }
    return Tensor.f32(Shape.of(1, classes, height, width), sums);
  }

  /** Where the window after that at {@code at} begins; −1 when that was the last. */
  private static int next(int at, int step, int window, int size) {
    int last = size - window;
    return at == last ? -1 : Math.min(at + step, last);
  }

  private static Tensor scores(Map<String, Tensor> outputs) {
    for (Tensor t : outputs.values()) {
      if (t.rank() == 4 && t.dtype().isFloat() && t.size(0) == 1 && t.size(1) > 1) {
        return t;
      }
    }
    throw new GraphException(
        "windows need scores [1, classes, h, w]; leave out --stride for a model that ends in ArgMax");
  }

  private static void add(
      Tensor scores,
      PictureModel model,
      float[] sums,
      int[] windows,
      int top,
      int left,
      int width) {
    int classes = Math.toIntExact(scores.size(1));
    int h = Math.toIntExact(scores.size(2));
    int w = Math.toIntExact(scores.size(3));
    float[] values = scores.toFloats();
    for (int c = 0; c < classes; c++) {
      int from = c * windows.length;
      float[] plane = java.util.Arrays.copyOfRange(values, c * h * w, (c + 1) * h * w);
      new FloatMap(h, w, 1, plane)
          .linear(
              model.height(),
              model.width(),
              (y, row) -> {
                int at = from + (top + y) * width + left;
                for (int x = 0; x < row.length; x++) {
                  sums[at + x] += row[x];
                }
              });
    }
    for (int y = top; y < top + model.height(); y++) {
      for (int x = left; x < left + model.width(); x++) {
        windows[y * width + x]++;
      }
    }
  }
}
