package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.Json;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an ONNX file's metadata say of a model: {@code labels}, a JSON list of names, and {@code
 * preprocessing}, a JSON object of {@link Preprocessing}'s components.
 */
public final class OnnxMetadata {
  private static final String LABELS = "labels";
  private static final String PREPROCESSING = "preprocessing";
  private static final int MOST_SIDE = 1 << 16;

  private OnnxMetadata() {}

  /** What is to be kept of a model. */
  public static Map<String, String> of(ModelInfo info) {
    return of(info.labels(), info.preprocessing());
  }

  /**
   * @param labels empty for none
   * @param how null for none
   */
  public static Map<String, String> of(List<String> labels, Preprocessing how) {
    Map<String, String> out = new LinkedHashMap<>();
    if (!labels.isEmpty()) {
      out.put(LABELS, Json.print(labels));
    }
    if (how != null) {
      out.put(PREPROCESSING, print(how));
    }
    return out;
  }

  /** The names of classes; empty when there are none. */
  static List<String> labels(Map<String, String> metadata, String file) {
    String text = metadata.get(LABELS);
    if (text == null) {
      return List.of();
    }
    Json list = Json.parse(text, file + ": metadata 'labels'");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      names.add(list.at(i).text(""));
    }
    if (!list.isList() || names.contains("")) {
      throw new FormatException(
          file + ": its metadata 'labels' are no list of names; export again");
    }
    return List.copyOf(names);
  }

  /** How pictures become the input; null when it isn't said. */
  static Preprocessing preprocessing(Map<String, String> metadata, String file) {
    String text = metadata.get(PREPROCESSING);
    return text == null ? null : parse(text, file + ": metadata 'preprocessing'");
  }

  /** A preprocessing as JSON. */
  public static String print(Preprocessing p) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("height", p.height());
    out.put("width", p.width());
    out.put("resize_short_edge", p.resizeShortEdge());
    out.put("interpolation", p.interpolation().name().toLowerCase(Locale.ROOT));
    out.put("scale", p.scale());
    out.put("mean", p.mean());
    out.put("std", p.std());
    out.put("bgr", p.bgr());
    return Json.print(out);
  }

  /**
   * Reads what {@link #print} wrote.
   *
   * @param name stands for the text in errors
   */
  public static Preprocessing parse(String text, String name) {
    Json json = Json.parse(text, name);
    String filter = json.at("interpolation").text("bicubic").toUpperCase(Locale.ROOT);
    Preprocessing p =
        new Preprocessing(
            json.at("height").integer(0),
            json.at("width").integer(0),
            json.at("resize_short_edge").integer(0),
            filter(filter, name),
            json.at("scale").real(1 / 255.0),
            three(json.at("mean"), name),
            three(json.at("std"), name),
            json.at("bgr").bool(false));
    boolean sizes = side(p.height(), 1) && side(p.width(), 1) && side(p.resizeShortEdge(), 0);
    if (!sizes || p.std().contains(0.0) || !Double.isFinite(p.scale())) {
      throw new FormatException(name + ": its sizes or deviations make no sense; write it anew");
    }
    return p;
  }

  private static boolean side(int value, int least) {
    return value >= least && value <= MOST_SIDE;
  }

  private static Interpolation filter(String name, String where) {
    for (Interpolation i : Interpolation.values()) {
      if (i.name().equals(name)) {
        return i;
      }
    }
    throw new FormatException(where + ": '" + name + "' is no interpolation");
  }

  private static List<Double> three(Json list, String name) {
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      out.add(list.at(i).real(Double.NaN));
    }
    if (out.size() != 3 || out.stream().anyMatch(v -> !Double.isFinite(v))) {
      throw new FormatException(name + ": 'mean' and 'std' should be three numbers each");
    }
    return List.copyOf(out);
  }
}
