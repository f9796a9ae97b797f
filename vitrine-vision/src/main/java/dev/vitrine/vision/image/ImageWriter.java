package dev.vitrine.vision.image;

import dev.vitrine.formats.AtomicFile;
import dev.vitrine.graph.VitrineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;

/** Writes pictures. A file appears whole or not at all. */
public final class ImageWriter {
  private static final float JPEG_QUALITY = 0.95f;

  private ImageWriter() {}

  /**
   * Writes a picture as the file's ending says: {@code .png}, {@code .jpg} or {@code .jpeg}.
   *
   * @return the file
   * @throws VitrineException when the ending is another or the file can't be written
   */
  public static Path write(Image image, Path file) {
    AtomicFile.write(file, isPng(file) ? PngWriter.encode(image) : jpeg(image));
    return file;
  }

  /**
   * Tells early what {@link #write} would.
   *
   * @throws ImageException when a picture can't be written under that name
   */
  public static void check(Path file) {
    isPng(file);
    Path folder = file.toAbsolutePath().getParent();
    if (Files.notExists(folder)) {
      throw new ImageException(file + ": can't be written, its folder does not exist");
    }
  }

  private static boolean isPng(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".jpg") || name.endsWith(".jpeg")) {
      return false;
    }
    if (name.endsWith(".png")) {
      return true;
    }
    throw new ImageException(file + ": pictures are written as .png or .jpg; change the ending");
  }

  /**
   * Writes a PNG file of colour indices, such as a map of classes.
   *
   * @param indices a grey picture whose levels count colours of the palette
   * @param palette 1 to 256 colours as {@code 0xRRGGBB}
   */
  public static void writeIndexed(Image indices, int[] palette, Path file) {
    int most = 0;
    for (byte b : indices.pixels()) {
      most = Math.max(most, b & 0xff);
    }
    if (indices.channels() != 1 || palette.length > 256 || most >= palette.length) {
      throw new ImageException(
          file + ": " + palette.length + " colours don't fit the indices 0…" + most);
    }
    AtomicFile.write(file, PngWriter.encode(indices, palette));
  }

  /** The picture as the bytes of a PNG file. */
  public static byte[] png(Image image) {
    return PngWriter.encode(image);
  }

  /** The picture as the bytes of a JPEG file. */
  public static byte[] jpeg(Image image) {
    javax.imageio.ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam quality = writer.getDefaultWriteParam();
      quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      quality.setCompressionQuality(JPEG_QUALITY);
      writer.write(null, new IIOImage(AwtImages.toAwt(image), null, null), quality);
    } catch (IOException e) {
      throw new ImageException("the picture can't be encoded as JPEG: " + e.getMessage(), e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
