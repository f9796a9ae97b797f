package dev.vitrine.formats.family;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The licence that a folder states: in its README's front matter, or by the text of its licence.
 */
final class Licences {
  private static final Pattern FRONT_MATTER =
      Pattern.compile("(?m)^licen[sc]e:\\s*['\"]?([\\w.+-]+)");

  /** What SPDX calls the names that model cards use. */
  private static final Map<String, String> SPDX =
      Map.of(
          "apache-2.0", "Apache-2.0",
          "mit", "MIT",
          "bsd-3-clause", "BSD-3-Clause",
          "cc-by-nc-4.0", "CC-BY-NC-4.0",
          "cc-by-4.0", "CC-BY-4.0");

  private static final Map<String, String> BY_TEXT = new LinkedHashMap<>();

  static {
    BY_TEXT.put("Apache License", "Apache-2.0");
    BY_TEXT.put("MIT License", "MIT");
    BY_TEXT.put("Attribution-NonCommercial 4.0", "CC-BY-NC-4.0");
    BY_TEXT.put("Attribution 4.0", "CC-BY-4.0");
    BY_TEXT.put("NVIDIA Source Code License", "LicenseRef-NVIDIA-Source-Code");
  }

  private static final int HEAD = 4096;

  private Licences() {}

  /** The SPDX name; empty when the folder doesn't say. */
  static String of(Path folder) {
    Matcher m = FRONT_MATTER.matcher(head(folder.resolve("README.md")));
    if (m.find()) {
      return spdx(m.group(1));
    }
    for (String name : new String[] {"LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE"}) {
      String text = head(folder.resolve(name));
      for (Map.Entry<String, String> e : BY_TEXT.entrySet()) {
        if (text.contains(e.getKey())) {
          return e.getValue();
        }
      }
    }
    return "";
  }

  /** A name in SPDX's spelling where it is a known one. */
  static String spdx(String name) {
    return SPDX.getOrDefault(name.toLowerCase(Locale.ROOT), name);
  }

  private static String head(Path file) {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(HEAD), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
