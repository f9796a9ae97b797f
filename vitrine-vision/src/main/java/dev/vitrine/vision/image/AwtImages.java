package dev.vitrine.vision.image;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The bridge to java.awt pictures. It stands alone so that the other formats never load java.awt,
 * which takes a good part of a short run.
 */
public final class AwtImages {
  static {
    // A picture needs no screen, and looking for one takes time.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  private AwtImages() {}

  /**
   * Copies a picture: its samples as they are, without colour management; alpha over white; 16-bit
   * samples keep their high byte.
   *
   * @throws ImageException when its levels are floating-point or wider
   */
  public static Image of(BufferedImage picture) {
    if (!(picture.getColorModel() instanceof ComponentColorModel model)) {
      return fromColours(picture);
    }
    int type = model.getTransferType();
    if (type != DataBuffer.TYPE_BYTE && type != DataBuffer.TYPE_USHORT) {
      throw new ImageException(
          "its levels are no whole numbers of 8 or 16 bits, which have no common range;"
              + " save it with 8 bits");
    }
    return model.isAlphaPremultiplied() ? fromColours(picture) : fromSamples(picture);
  }

  /** A picture of type {@code TYPE_3BYTE_BGR} with the same levels. */
  public static BufferedImage toAwt(Image image) {
    BufferedImage out =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] rgb = image.toRgb().pixels();
    int[] row = new int[image.width()];
    for (int y = 0, i = 0; y < image.height(); y++) {
      for (int x = 0; x < row.length; x++, i += 3) {
        row[x] = (rgb[i] & 0xff) << 16 | (rgb[i + 1] & 0xff) << 8 | rgb[i + 2] & 0xff;
      }
      out.setRGB(0, y, row.length, 1, row, 0, row.length);
    }
    return out;
  }

  static Image read(byte[] file, ImageFormat format, PixelLimit limit) throws IOException {
    ImageReader reader = reader(format);
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, false, true);
      limit.check(reader.getHeight(0), reader.getWidth(0));
      return Orientation.apply(of(reader.read(0)), orientation(file, format));
    } finally {
      reader.dispose();
    }
  }

  private static ImageReader reader(ImageFormat format) throws IOException {
    return switch (format) {
      case WEBP -> new WebPImageReaderSpi().createReaderInstance();
      case TIFF -> new TIFFImageReaderSpi().createReaderInstance();
      default -> ImageIO.getImageReadersByFormatName(format.text()).next();
    };
  }

  private static int orientation(byte[] file, ImageFormat format) {
    return switch (format) {
      case TIFF -> Orientation.read(ByteBuffer.wrap(file));
      case WEBP -> webpOrientation(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
      default -> Orientation.UPRIGHT;
    };
  }

  /** Looks for the chunk EXIF among the chunks of a RIFF file. */
  private static int webpOrientation(ByteBuffer riff) {
    riff.position(12);
    while (riff.remaining() >= 8) {
      int tag = riff.getInt();
      int length = riff.getInt();
      if (length < 0 || length > riff.remaining()) {
        break;
      }
      if (tag == 0x46495845) {
        return Orientation.read(riff.slice(riff.position(), length));
      }
      riff.position(Math.min(riff.limit(), riff.position() + length + (length & 1)));
    }
    return Orientation.UPRIGHT;
  }

  private static Image fromSamples(BufferedImage picture) {
    Raster raster = picture.getRaster();
    int height = picture.getHeight();
    int width = picture.getWidth();
    int bands = raster.getNumBands();
    boolean alpha = picture.getColorModel().hasAlpha();
    int colours = alpha ? bands - 1 : bands;
    if (colours != 1 && colours != 3) {
      return fromColours(picture);
    }
    int shift = picture.getColorModel().getTransferType() == DataBuffer.TYPE_USHORT ? 8 : 0;
    byte[] out = new byte[Image.size(height, width, colours)];
    int[] row = new int[width * bands];
    for (int y = 0, to = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < row.length; x += bands) {
        int opacity = alpha ? row[x + colours] >> shift : 255;
        for (int c = 0; c < colours; c++) {
          out[to++] = PngPixels.overWhite(row[x + c] >> shift, opacity);
        }
      }
    }
    return Image.of(height, width, colours, out);
  }

  private static Image fromColours(BufferedImage picture) {
    int height = picture.getHeight();
    int width = picture.getWidth();
    byte[] out = new byte[Image.size(height, width, 3)];
    int[] row = new int[width];
    for (int y = 0, to = 0; y < height; y++) {
      picture.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        int opacity = argb >>> 24;
        out[to++] = PngPixels.overWhite(argb >> 16 & 0xff, opacity);
        out[to++] = PngPixels.overWhite(argb >> 8 & 0xff, opacity);
        out[to++] = PngPixels.overWhite(argb & 0xff, opacity);
      }
    }
    return Image.rgb(height, width, out);
  }
}
