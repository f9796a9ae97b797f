package dev.vitrine.formats.family;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a model's folder says besides its weights: {@code config.json}, {@code
 * preprocessor_config.json}, the licence. Each may be missing.
 */
final class HubConfig {
  static final String CONFIG = "config.json";
  static final String PROCESSOR = "preprocessor_config.json";

  private static final long MAX_SIZE = 16 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A folder that says nothing. */
  static final HubConfig NONE =
      new HubConfig(null, MissingNode.getInstance(), MissingNode.getInstance(), "");

  private final Path path;
  private final JsonNode config;
  private final JsonNode processor;
  private final String licence;

  private HubConfig(Path path, JsonNode config, JsonNode processor, String licence) {
    this.path = path;
    this.config = config;
    this.processor = processor;
    this.licence = licence;
  }

  /**
   * What a safetensors file carries of these files in its metadata, under their names.
   *
   * @param path of the file, for errors
   */
  static HubConfig of(Path path, Map<String, String> metadata) {
    return new HubConfig(
        path,
        json(path, metadata.get(CONFIG)),
        json(path, metadata.get(PROCESSOR)),
        Licences.spdx(metadata.getOrDefault("licence", metadata.getOrDefault("license", ""))));
  }

  private static JsonNode json(Path path, String text) {
    try {
      return text == null ? MissingNode.getInstance() : JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new FormatException(path + ": its metadata hold a damaged configuration", e);
    }
  }

  /**
   * Reads a folder.
   *
   * @throws FormatException when a file in it is damaged
   */
  static HubConfig of(Path folder) {
    Path config = folder.resolve(CONFIG);
    return new HubConfig(
        config, json(config), json(folder.resolve(PROCESSOR)), Licences.of(folder));
  }

  private static JsonNode json(Path file) {
    if (!Files.isRegularFile(file)) {
      return MissingNode.getInstance();
    }
    try {
      if (Files.size(file) > MAX_SIZE) {
        throw new FormatException(file + ": is too large to be a configuration");
      }
      return JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new FormatException(file + ": is damaged (" + reason + "); download it again", e);
    } catch (IOException e) {
      throw new FormatException(file + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  /** Whether there is a config.json. */
  boolean exists() {
    return !config.isMissingNode();
  }

  /** The whole config.json, to be changed; null when there is none. */
  Map<String, Object> copy() {
    return exists()
        ? JSON.convertValue(config, new TypeReference<TreeMap<String, Object>>() {})
        : null;
  }

  /** An SPDX name; empty when the folder doesn't say. */
  String licence() {
    return licence;
  }

  String text(String key, String otherwise) {
    return config.path(key).asText(otherwise);
  }

  int integer(String key, int otherwise) {
    JsonNode n = config.path(key);
    return n.isArray() ? n.path(0).asInt(otherwise) : n.asInt(otherwise);
  }

  double real(String key, double otherwise) {
    return config.path(key).asDouble(otherwise);
  }

  /** A list of integers; null when there is none. */
  int[] integers(String key) {
    JsonNode n = config.path(key);
    if (!n.isArray()) {
      return null;
    }
    int[] out = new int[n.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = n.get(i).asInt();
    }
    return out;
  }

  /** Whether the configuration, where it has that key, has that value. */
  boolean agrees(String key, int value) {
    return integer(key, value) == value;
  }

  FormatException fault(String message) {
    return new FormatException(path + ": " + message);
  }

  /** The classes' names in order; empty where they are only numbered. */
  List<String> labels() {
    JsonNode names = config.path("id2label");
    List<String> out = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      JsonNode name = names.path(Integer.toString(i));
      if (!name.isTextual() || name.asText().equals("LABEL_" + i)) {
        return List.of();
      }
      out.add(name.asText());
    }
    return List.copyOf(out);
  }

  /**
   * What the model's folder says of its input; null when it says nothing.
   *
   * @param side height and width where only the normalisation is given
   */
  Preprocessing preprocessing(int side) {
    JsonNode timm = config.path("pretrained_cfg");
    if (processor.path("image_mean").isArray()) {
      return hub(side);
    }
    return timm.path("mean").isArray() ? timm(timm, side) : null;
  }

  private Preprocessing hub(int side) {
    JsonNode size = processor.path("size");
    int edge = size.isInt() ? size.asInt() : size.path("shortest_edge").asInt(0);
    int height = size.path("height").asInt(edge > 0 ? edge : side);
    int width = size.path("width").asInt(edge > 0 ? edge : side);
    JsonNode crop = processor.path("crop_size");
    boolean crops = processor.path("do_center_crop").asBoolean(false);
    if (crops && !crop.isMissingNode()) {
      edge = edge > 0 ? edge : Math.min(height, width);
      height = crop.isInt() ? crop.asInt() : crop.path("height").asInt(height);
      width = crop.isInt() ? crop.asInt() : crop.path("width").asInt(width);
    } else {
      edge = 0;
    }
    return new Preprocessing(
        height,
        width,
        edge,
        interpolation(processor.path("resample").asInt(2)),
        processor.path("rescale_factor").asDouble(1 / 255.0),
        three(processor.path("image_mean")),
        three(processor.path("image_std")),
        false);
  }

  /** timm's form: the short edge before cropping is the side ÷ crop_pct, rounded down. */
  private static Preprocessing timm(JsonNode c, int side) {
    int height = c.path("input_size").path(1).asInt(side);
    int width = c.path("input_size").path(2).asInt(side);
    double share = c.path("crop_pct").asDouble(1);
    Interpolation filter =
        switch (c.path("interpolation").asText("bilinear")) {
          case "bicubic" -> Interpolation.BICUBIC;
          case "lanczos" -> Interpolation.LANCZOS;
          case "nearest" -> Interpolation.NEAREST;
          default -> Interpolation.BILINEAR;
        };
    int edge = share > 0 && share <= 1 ? (int) Math.floor(Math.min(height, width) / share) : 0;
    return new Preprocessing(
        height, width, edge, filter, 1 / 255.0, three(c.path("mean")), three(c.path("std")), false);
  }

  /** Pillow's numbers of its filters. */
  private static Interpolation interpolation(int resample) {
    return switch (resample) {
      case 0 -> Interpolation.NEAREST;
      case 1 -> Interpolation.LANCZOS;
      case 3 -> Interpolation.BICUBIC;
      default -> Interpolation.BILINEAR;
    };
  }

  private static List<Double> three(JsonNode values) {
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      out.add(values.path(i).asDouble(values.path(0).asDouble()));
    }
    return List.copyOf(out);
  }
}
