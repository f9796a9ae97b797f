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

  /**
   * The pixels of a picture inside this, its edges rounded to whole pixels.
   *
   * @throws ImageException when it is empty or leaves the picture
   */
  public Image crop(Image image) {
    int y = Math.round(top);
    int x = Math.round(left);
    new Box(y, x, Math.round(bottom), Math.round(right)).check(image);
    return image.crop(y, x, Math.round(bottom) - y, Math.round(right) - x);
  }

  void check(Image image) {
    if (!(top >= 0 && left >= 0 && bottom <= image.height() && right <= image.width())
        || bottom <= top
        || right <= left) {
      throw new ImageException(this + " is empty or leaves the picture of " + image);
    }
  }

  /** Such as {@code the box 10,20,110,220}: left, top, right, bottom. */
  @Override
  public String toString() {
    return "the box " + text(left) + "," + text(top) + "," + text(right) + "," + text(bottom);
  }

  private static String text(float v) {
    return v == Math.rint(v) ? String.valueOf((long) v) : String.valueOf(v);
  }
}
