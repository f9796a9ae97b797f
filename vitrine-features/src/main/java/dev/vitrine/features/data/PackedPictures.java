package dev.vitrine.features.data;

import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.formats.FormatException;
import dev.vitrine.vision.image.Image;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Pictures of one size, one after the other in one file. */
final class PackedPictures {
  /** The most bytes that a file holds once it is unpacked. */
  private static final int MOST = 1 << 30;

  private PackedPictures() {}

  /** A file's content; one that ends in {@code .gz} is unpacked. */
  static byte[] read(Path file) {
    try (InputStream in = open(file)) {
      byte[] all = in.readNBytes(MOST);
      if (in.read() >= 0) {
        throw new FormatException(file + ": holds more than " + MOST + " bytes; split it");
      }
      return all;
    } catch (IOException e) {
      throw fault(file, e);
    }
  }

  /** A file's content as a stream. */
  static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".gz")) {
      return in;
    }
    try {
      return new GZIPInputStream(in, 1 << 16);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  static FormatException fault(Path file, IOException e) {
    String what =
        e instanceof NoSuchFileException
            ? "no such file; check the path"
            : "can't be read (" + e.getMessage() + ")";
    return new FormatException(file + ": " + what, e);
  }

  /**
   * A picture in an array.
   *
   * @param at where it begins: its levels, channel by channel
   */
  record Packed(String name, byte[] all, int at, int height, int width, int channels)
      implements PictureSource {
    @Override
    public Image read(long limit) {
      int plane = height * width;
      byte[] pixels = new byte[plane * channels];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = all[at + i % channels * plane + i / channels];
      }
      return Image.of(height, width, channels, pixels);
    }
  }
}
