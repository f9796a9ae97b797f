package dev.vitrine.features.embed;

import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageException;
import dev.vitrine.vision.image.ImageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** A picture that is read when its turn comes. Safe for several threads. */
public interface PictureSource {
  /** What the picture is called: a path, of a picture in an archive the archive's and its own. */
  String name();

  /**
   * Decodes the picture.
   *
   * @param limit the largest number of pixels
   * @throws ImageException naming the picture and the fault
   */
  Image read(long limit);

  /**
   * A number that changes when the picture's file does; 0 where that can't be told. What was
   * computed for a picture of the same name and stamp is still right.
   */
  default long stamp() {
    return 0;
  }

  /** Where the picture is, as {@link Pictures#locate} finds it again; null when in memory. */
  default Path path() {
    return null;
  }

  /** A picture in a file of its own. */
  static PictureSource of(Path file) {
    return new InFile(file);
  }

  /** A picture that is in memory already. */
  static PictureSource of(String name, Image picture) {
    return new InMemory(name, picture);
  }

  /** A file's size and time of change in one number, never 0. */
  static long stamp(long bytes, long millis) {
    return Math.max(1, (bytes * 0x9e3779b97f4a7c15L ^ millis * 0xc2b2ae3d27d4eb4fL) >>> 1);
  }

  /** A picture in a file of its own. */
  record InFile(Path file) implements PictureSource {
    @Override
    public String name() {
      return file.toString();
    }

    @Override
    public Image read(long limit) {
      return ImageReader.read(file, limit);
    }

    @Override
    public Path path() {
      return file;
    }

    @Override
    public long stamp() {
      try {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return PictureSource.stamp(attributes.size(), attributes.lastModifiedTime().toMillis());
      } catch (IOException e) {
        return 0; // Reading the picture will say what is wrong.
      }
    }
  }

  /** A picture in memory. */
  record InMemory(String name, Image picture) implements PictureSource {
    @Override
    public Image read(long limit) {
      return picture;
    }
  }
}
