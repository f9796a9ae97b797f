package dev.vitrine.vision.resize;

import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageException;

/**
 * A rectangle of a picture, in pixels from its top left corner; its edges may cut pixels. Single
 * precision, as Pillow has it.
 */
public record Box(float top, float left, float bottom, float right) {
  public static Box whole(Image image) {
    return new Box(0, 0, image.height(), image.width());
  }

  void check(Image image) {
    if (!(top >= 0 && left >= 0 && bottom <= image.height() && right <= image.width())
        || bottom <= top
        || right <= left) {
      throw new ImageException(this + " is empty or leaves the picture of " + image);
    }
  }
}
