package dev.vitrine.build.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.vitrine.formats.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Reads the languages that configurations are written in, by the file's ending, into trees. */
final class ConfigFile {
  private static final long MAX_FILE = 4 << 20;

  private ConfigFile() {}

  /**
   * Reads a file: {@code .json} (comments after {@code //} and {@code #} and between slashes with
   * asterisks, and commas before closing brackets go), {@code .yaml} or {@code .yml}, {@code
   * .toml}, {@code .prototxt}, {@code .pbtxt} or {@code .txtpb}. Another ending: JSON if it begins
   * with a brace, else prototxt.
   *
   * @throws FormatException naming the file and the place of the fault
   */
  static Map<String, Object> read(Path file) {
    String name = file.toString();
    String text;
    try {
      if (!Files.isRegularFile(file)) {
        throw new FormatException(file + ": there is no such file; check the path");
      }
      if (Files.size(file) > MAX_FILE) {
        throw new FormatException(file + ": is too large for a configuration");
      }
      text = Files.readString(file);
    } catch (IOException e) {
      throw new FormatException(file + ": can't be read as text (" + e.getMessage() + ")", e);
    }
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (ending) {
      case "json", "jsonc", "json5" -> tree(json(), text, name);
      case "yaml", "yml" -> tree(new YAMLMapper(), text, name);
      case "toml" -> tree(new TomlMapper(), text, name);
      case "prototxt", "pbtxt", "txtpb" -> Prototxt.parse(text, name);
      default ->
          text.stripLeading().startsWith("{")
              ? tree(json(), text, name)
              : Prototxt.parse(text, name);
    };
  }

  private static ObjectMapper json() {
    return JsonMapper.builder()
        .enable(
            JsonReadFeature.ALLOW_JAVA_COMMENTS,
            JsonReadFeature.ALLOW_YAML_COMMENTS,
            JsonReadFeature.ALLOW_TRAILING_COMMA)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }

  private static Map<String, Object> tree(ObjectMapper mapper, String text, String name) {
    try {
      Object read = mapper.readValue(text, Object.class);
      if (!(read instanceof Map<?, ?> map)) {
        throw new FormatException(
            name + ": holds no fields; write such as \"input\": \"model.onnx\"");
      }
      Map<String, Object> out = new LinkedHashMap<>();
      map.forEach((key, value) -> out.put(key.toString(), value));
      return out;
    } catch (JsonProcessingException e) {
      String reason = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      // Where a bracket was opened, without what the library says of its source.
      reason = reason.replaceAll("\\[Source: [^;]*; ", "[");
      String place = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      throw new FormatException(name + ": " + place + reason + "; correct it", e);
    }
  }
}
