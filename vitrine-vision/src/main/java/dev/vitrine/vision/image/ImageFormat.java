package dev.vitrine.vision.image;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The formats that are read, each with its first bytes and its decoder. */
enum ImageFormat {
  PNG("PNG") {
    @Override
    boolean begins(ByteBuffer file) {
      return file.getLong(0) == PngReader.MAGIC;
    }

    @Override
    Image read(byte[] file, PixelLimit limit) throws IOException {
      return PngReader.read(file, limit);
    }
  },
  JPEG("JPEG") {
    @Override
    boolean begins(ByteBuffer file) {
      return file.getInt(0) >>> 8 == 0xffd8ff;
    }

    @Override
    Image read(byte[] file, PixelLimit limit) throws IOException {
      return JpegReader.read(file, limit);
    }
  },
  GIF("GIF") {
    @Override
    boolean begins(ByteBuffer file) {
      return file.getInt(0) == 0x47494638;
    }
  },
  BMP("BMP") {
    @Override
    boolean begins(ByteBuffer file) {
      return file.getShort(0) == 0x424d;
    }
  },
  WEBP("WebP") {
    @Override
    boolean begins(ByteBuffer file) {
      return file.getInt(0) == 0x52494646 && file.getInt(8) == 0x57454250;
    }
  },
  TIFF("TIFF") {
    @Override
    boolean begins(ByteBuffer file) {
      int magic = file.getInt(0);
      return magic == 0x49492a00
          || magic == 0x4d4d002a
          || magic == 0x49492b00
          || magic == 0x4d4d002b;
    }
  };

  private static final int HEADER = 12;

  private final String text;

  ImageFormat(String text) {
    this.text = text;
  }

  /** The format by the file's first bytes; null when it is none of these. */
  static ImageFormat of(byte[] file) {
    if (file.length < HEADER) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(file, 0, HEADER);
    for (ImageFormat f : values()) {
      if (f.begins(header)) {
        return f;
      }
    }
    return null;
  }

  String text() {
    return text;
  }

  abstract boolean begins(ByteBuffer file);

  /** Decodes the file; its pixels are counted against the limit before they are decoded. */
  Image read(byte[] file, PixelLimit limit) throws IOException {
    return AwtImages.read(file, this, limit);
  }
}
