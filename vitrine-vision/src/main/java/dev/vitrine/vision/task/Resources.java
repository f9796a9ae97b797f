package dev.vitrine.vision.task;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Tables that come with the program. */
final class Resources {
  private Resources() {}

  /** The lines of a table; one whose name ends in {@code .gz} is unpacked. */
  static List<String> lines(String name) {
    try (InputStream raw = Resources.class.getResourceAsStream(name);
        InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
