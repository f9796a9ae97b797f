package dev.vitrine.vision.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.ModelInfo;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Names of classes, in the order of a classifier's outputs. */
public final class Labels {
  private static final long MAX_FILE = 64 << 20;

  private Labels() {}

  /**
   * The names for a number of classes: ImageNet-1k's for 1,000, ImageNet-22k's (the autumn 2011
   * release, synsets in order) for 21,841; else {@code class 0} and so on.
   */
  public static List<String> standard(int classes) {
    return switch (classes) {
      case 1_000 -> Resources.lines("imagenet-1k.txt");
      case 21_841 -> Resources.lines("imagenet-22k.txt.gz");
      default -> IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    };
  }

  /** The names of a classifier's classes: the model's own, else the standard ones. */
  public static List<String> of(ModelInfo model, int classes) {
    List<String> own = model.labels();
    return own.size() == classes ? own : standard(classes);
  }

  /**
   * Reads names from a file: one a line, a JSON list, or a JSON object from index to name, which
   * may be the {@code id2label} of a {@code config.json}.
   *
   * @throws FormatException naming the file when it is missing or is none of these
   */
  public static List<String> read(Path file) {
    String text = text(file);
    String start = text.stripLeading();
    if (!start.startsWith("[") && !start.startsWith("{")) {
      return text.lines().map(String::strip).toList();
    }
    try {
      JsonNode root = new ObjectMapper().readTree(text);
      JsonNode names = root.has("id2label") ? root.get("id2label") : root;
      List<String> out = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        JsonNode name = names.isArray() ? names.get(i) : names.get(Integer.toString(i));
        if (name == null || !name.isTextual()) {
          throw new FormatException(file + ": has no name for class " + i);
        }
        out.add(name.asText());
      }
      return out;
    } catch (JsonProcessingException e) {
      throw new FormatException(file + ": is not the JSON that it begins as", e);
    }
  }

  /** The text of a small file. */
  static String text(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new FormatException(file + ": is a folder; name a file");
      }
      if (Files.size(file) > MAX_FILE) {
        throw new FormatException(file + ": is too large for a table of classes");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new FormatException(file + ": no such file; check the path", e);
    } catch (CharacterCodingException e) {
      throw new FormatException(file + ": is not UTF-8 text", e);
    } catch (IOException e) {
      throw new FormatException(file + ": can't be read (" + e.getMessage() + ")", e);
    }
  }
}
