package dev.vitrine.formats.family;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.Json;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
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

  /** A folder that says nothing. */
  static final HubConfig NONE = new HubConfig(null, Json.absent(), Json.absent(), "");

  private final Path path;
  private final Json config;
  private final Json processor;
  private final String licence;

  private HubConfig(Path path, Json config, Json processor, String licence) {
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

  private static Json json(Path path, String text) {
    return text == null ? Json.absent() : Json.parse(text, path + ": its configuration");
  }

  /**
   * Reads a folder.
   *
   * @throws FormatException when a file in it is damaged
   */
  static HubConfig of(Path folder) {
    Path config = folder.resolve(CONFIG);
    return new HubConfig(
        config, Json.read(config), Json.read(folder.resolve(PROCESSOR)), Licences.of(folder));
  }

  /** Whether there is a config.json. */
  boolean exists() {
    return config.exists();
  }

  /** The whole config.json, to be changed. */
  Map<String, Object> copy() {
    Map<String, Object> out = new TreeMap<>();
    config.entries().forEach((key, value) -> out.put(key, value.plain()));
    return out;
  }

  /** An SPDX name; empty when the folder doesn't say. */
  String licence() {
    return licence;
  }

  String text(String key, String otherwise) {
    return config.at(key).text(otherwise);
  }

  int integer(String key, int otherwise) {
    Json n = config.at(key);
    return (n.isList() ? n.at(0) : n).integer(otherwise);
  }

  double real(String key, double otherwise) {
    return config.at(key).real(otherwise);
  }

  /** A list of integers; null when there is none. */
  int[] integers(String key) {
    Json n = config.at(key);
    if (!n.isList()) {
      return null;
    }
    int[] out = new int[n.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = n.at(i).integer(0);
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
    Json names = config.at("id2label");
    List<String> out = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Json name = names.at(Integer.toString(i));
      if (!name.isText() || name.text("").equals("LABEL_" + i)) {
        return List.of();
      }
      out.add(name.text(""));
    }
    return List.copyOf(out);
  }

  /**
   * What the model's folder says of its input; null when it says nothing.
   *
   * @param side height and width where only the normalisation is given
   */
  Preprocessing preprocessing(int side) {
    Json timm = config.at("pretrained_cfg");
    Preprocessing p = null;
    if (processor.at("image_mean").isList()) {
      p = hub(side);
    } else if (timm.at("mean").isList()) {
      p = timm(timm, side);
    }
    boolean usable =
        p == null || (p.height() > 0 && p.width() > 0 && p.std().stream().allMatch(x -> x > 0));
    if (!usable) {
      throw fault("states a size or a deviation of pictures that is not positive");
    }
    return p;
  }

  private Preprocessing hub(int side) {
    Json size = processor.at("size");
    int edge = size.isNumber() ? size.integer(0) : size.at("shortest_edge").integer(0);
    int height = size.at("height").integer(edge > 0 ? edge : side);
    int width = size.at("width").integer(edge > 0 ? edge : side);
    Json crop = processor.at("crop_size");
    boolean crops = processor.at("do_center_crop").bool(false);
    if (crops && crop.exists()) {
      edge = edge > 0 ? edge : Math.min(height, width);
      height = crop.isNumber() ? crop.integer(0) : crop.at("height").integer(height);
      width = crop.isNumber() ? crop.integer(0) : crop.at("width").integer(width);
    } else {
      edge = 0;
    }
    boolean rescales = processor.at("do_rescale").bool(true);
    boolean normalises = processor.at("do_normalize").bool(true);
    return new Preprocessing(
        height,
        width,
        edge,
        interpolation(processor.at("resample").integer(2)),
        rescales ? processor.at("rescale_factor").real(1 / 255.0) : 1,
        normalises ? three(processor.at("image_mean")) : List.of(0.0, 0.0, 0.0),
        normalises ? three(processor.at("image_std")) : List.of(1.0, 1.0, 1.0),
        false);
  }

  /** timm's form: the short edge before cropping is the side ÷ crop_pct, rounded down. */
  private static Preprocessing timm(Json c, int side) {
    int height = c.at("input_size").at(1).integer(side);
    int width = c.at("input_size").at(2).integer(side);
    double share = c.at("crop_pct").real(1);
    Interpolation filter =
        switch (c.at("interpolation").text("bilinear")) {
          case "bicubic" -> Interpolation.BICUBIC;
          case "lanczos" -> Interpolation.LANCZOS;
          case "nearest" -> Interpolation.NEAREST;
          default -> Interpolation.BILINEAR;
        };
    int edge = share > 0 && share <= 1 ? (int) Math.floor(Math.min(height, width) / share) : 0;
    return new Preprocessing(
        height, width, edge, filter, 1 / 255.0, three(c.at("mean")), three(c.at("std")), false);
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

  private static List<Double> three(Json values) {
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      out.add(values.at(i).real(values.at(0).real(0)));
    }
    return List.copyOf(out);
  }
}
