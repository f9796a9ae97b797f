package dev.vitrine.vision.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads PNG, JPEG, GIF (its first frame), BMP, WebP and TIFF (its first page), told apart by their
 * first bytes. Pictures come upright, as their EXIF orientation says; transparent parts are laid
 * over white; levels of 16 bits keep their high byte; CMYK is turned into RGB without a colour
 * profile, and profiles and gamma are ignored, as the training pipelines of the models do.
 */
public final class ImageReader {
  /** The largest number of pixels that is decoded unless the caller says otherwise. */
  public static final long DEFAULT_LIMIT = 178_956_970;

  private ImageReader() {}

  /** Reads a file of at most {@link #DEFAULT_LIMIT} pixels. */
  public static Image read(Path file) {
    return read(file, DEFAULT_LIMIT);
  }

  /**
   * Reads a file.
   *
   * @param limit the largest number of pixels; a picture whose header states more is refused before
   *     it is decoded
   * @throws ImageException naming the file when it is missing, damaged, too large or no picture
   */
  public static Image read(Path file, long limit) {
    return read(bytes(file), file.toString(), limit);
  }

  /**
   * Reads a PNG file of numbers, such as a map of classes: a grey picture of the samples as they
   * are stored, or of the indices of its palette.
   *
   * @throws ImageException also when it is another kind of picture
   */
  public static Image readNumbers(Path file, long limit) {
    byte[] bytes = bytes(file);
    if (ImageFormat.of(bytes) != ImageFormat.PNG) {
      throw new ImageException(file + ": is no PNG file, which maps of classes should be");
    }
    try {
      return PngReader.readNumbers(bytes, new PixelLimit(limit));
    } catch (IOException | ImageException e) {
      throw new ImageException(file + ": can't be read as numbers: " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new ImageException(file + ": is a folder; name a picture");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ImageException(file + ": there is no such file; check the path", e);
    } catch (IOException e) {
      throw new ImageException(file + ": can't be read (" + e.getMessage() + ")", e);
    } catch (OutOfMemoryError e) {
      throw new ImageException(file + ": the file is too large for a picture", e);
    }
  }

  /**
   * Reads a file's bytes.
   *
   * @param name what messages call the picture
   * @param limit the largest number of pixels
   */
  public static Image read(byte[] file, String name, long limit) {
    ImageFormat format = ImageFormat.of(file);
    if (format == null) {
      throw new ImageException(
          name + ": is no PNG, JPEG, GIF, BMP, WebP or TIFF picture" + remedy(file));
    }
    try {
      return format.read(file, new PixelLimit(limit));
    } catch (IOException | RuntimeException e) {
      boolean telling = e instanceof IOException || e instanceof ImageException;
      String fault = telling && e.getMessage() != null ? e.getMessage() : "";
      String line = fault.lines().findFirst().orElse("it is damaged; get it again");
      throw new ImageException(name + ": can't be read as " + format.text() + ": " + line, e);
    } catch (OutOfMemoryError e) {
      throw new ImageException(
          name + ": the picture needs more memory than there is; shrink it or raise -Xmx", e);
    }
  }

  /** What to do about a file of a known kind that is not read. */
  private static String remedy(byte[] file) {
    if (file.length == 0) {
      return "; the file is empty";
    }
    if (file.length >= 12 && ByteBuffer.wrap(file).getInt(4) == 0x66747970) {
      return "; it looks like HEIC, AVIF or a film: save it as JPEG or PNG first";
    }
    return "; save it as one of these";
  }
}
