package dev.vitrine.vision.resize;

import dev.vitrine.vision.image.Image;

/** OpenCV's resizing of 8-bit pictures: no antialiasing but in {@link #AREA}. */
public enum OpenCv implements Resampling {
  NEAREST {
    @Override
    Image make(Image image, int height, int width) {
      return Separable.pick(image, picks(image.height(), height), picks(image.width(), width));
    }
  },
  LINEAR {
    @Override
    Image make(Image image, int height, int width) {
      boolean halves = image.height() == 2 * height && image.width() == 2 * width;
      return halves
          ? OpenCvArea.shrink(image, height, width)
          : OpenCvLinear.resize(image, height, width, false);
    }
  },
  CUBIC {
    @Override
    Image make(Image image, int height, int width) {
      return OpenCvCubic.resize(image, height, width);
    }
  },
  /** The mean of the covered area; a kind of linear interpolation when either axis grows. */
  AREA {
    @Override
    Image make(Image image, int height, int width) {
      return height > image.height() || width > image.width()
          ? OpenCvLinear.resize(image, height, width, true)
          : OpenCvArea.shrink(image, height, width);
    }
  };

  @Override
  public Image resize(Image image, int height, int width) {
    boolean same = height == image.height() && width == image.width();
    return same ? image : make(image, height, width);
  }

  abstract Image make(Image image, int height, int width);

  private static int[] picks(int size, int out) {
    double scale = 1 / ((double) out / size);
    int[] picks = new int[out];
    for (int i = 0; i < out; i++) {
      picks[i] = Math.min((int) Math.floor(i * scale), size - 1);
    }
    return picks;
  }
}
