package dev.vitrine.vision.resize;

import dev.vitrine.vision.image.Image;

/** A way to make a picture of another size. Channels are resized alike; grey stays grey. */
public interface Resampling {
  /** The whole picture at {@code height × width}; the picture itself when that is its size. */
  Image resize(Image image, int height, int width);
}
