package dev.vitrine.build.config;

import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The YAML of VastAI's compiler as a tree of {@link BuildConfig}: model, shapes, element type and
 * data set. What else it says is listed as ignored.
 */
final class Vacc {
  private static final double LEVELS = 255;

  private final Map<?, ?> tree;
  private final String name;
  private final List<String> ignored = new ArrayList<>();

  Vacc(Map<?, ?> tree, String name) {
    this.tree = tree;
    this.name = name;
  }

  static boolean matches(Map<?, ?> tree) {
    return tree.get("frontend") instanceof Map && tree.get("backend") instanceof Map;
  }

  List<String> ignored() {
    return ignored;
  }

  Map<String, Object> tree() {
    Map<String, Object> out = new LinkedHashMap<>();
    Section top = section("", tree);
    Section frontend = section("frontend", top.take("frontend"));
    Section backend = section("backend", top.take("backend"));
    Section dataset = section("dataset", top.take("dataset"));
    Section workspace = section("workspace", top.take("workspace"));
    String model = String.valueOf(top.take("name"));
    model(frontend, out);
    out.put("output_dir", workspace.text("path", ".") + "/" + model);
    out.put("output_name", "mod.vitrine");
    quantization(backend, dataset, out);
    List.of(top, frontend, backend, dataset, workspace).forEach(Section::rest);
    return out;
  }

  private void model(Section frontend, Map<String, Object> out) {
    String type = frontend.text("type", "onnx");
    if (!List.of("onnx", "pytorch", "huggingface").contains(type)) {
      throw fault(
          "frontend.type", "is '" + type + "'; Vitrine reads onnx, pytorch and huggingface");
    }
    out.put("input", frontend.text("checkpoint", ""));
    frontend.text("dtype", "fp32");
    if (frontend.take("shape") instanceof Map<?, ?> shapes) {
      out.put(
          "input_shapes",
          shapes.entrySet().stream()
              .map(e -> e.getKey() + ":" + shape(e.getKey().toString(), e.getValue()))
              .collect(Collectors.joining(";")));
    }
  }

  private String shape(String input, Object sizes) {
    if (!(sizes instanceof List<?> list)) {
      throw fault("frontend.shape." + input, "is '" + sizes + "'; write such as [1, 3, 224, 224]");
    }
    return list.stream().map(Object::toString).collect(Collectors.joining("x"));
  }

  private void quantization(Section backend, Section dataset, Map<String, Object> out) {
    String dtype = backend.text("dtype", "fp16");
    switch (dtype) {
      case "int8" -> out.put("vitrine", Map.of("precision", "INT8"));
      case "fp16", "fp32" -> out.put("vitrine", Map.of("precision", "F32"));
      default -> throw fault("backend.dtype", "is '" + dtype + "'; it is fp16 or int8");
    }
    Section quantize = section("backend.quantize", backend.take("quantize"));
    Map<String, Object> quant = new LinkedHashMap<>();
    String mode = quantize.text("calibrate_mode", "max");
    quant.put(
        "calibration_method",
        switch (mode) {
          case "max" -> "MinMax";
          case "mse" -> "MSE";
          case "percentile" -> "Percentile";
          case "kl_divergence" -> "KL";
          default ->
              throw fault(
                  "backend.quantize.calibrate_mode",
                  "is '" + mode + "'; it is max, mse, percentile or kl_divergence");
        });
    quantize.rest();
    data(dataset, quant, out);
    out.put("quant", quant);
  }

  private void data(Section dataset, Map<String, Object> quant, Map<String, Object> out) {
    String path = dataset.text("path", "");
    if (path.isEmpty()) {
      return;
    }
    dataset.text("type", "");
    Section sampler = section("dataset.sampler", dataset.take("sampler"));
    Map<String, Object> input = new LinkedHashMap<>();
    input.put("tensor_name", "DEFAULT");
    input.put("calibration_dataset", path);
    input.put("calibration_size", sampler.number("get_data_num", 32));
    sampler.rest();
    // Decoded by OpenCV, pixels start with blue.
    String format = "BGR";
    if (dataset.take("process_ops") instanceof List<?> ops) {
      for (Object op : ops) {
        Section s = section("dataset.process_ops", op);
        switch (s.text("type", "")) {
          case "DecodeImage" ->
              format =
                  s.text("backend", "cv2").toLowerCase(Locale.ROOT).contains("pil")
                      ? "RGB"
                      : format;
          case "CvtColor" -> format = s.text("code", "").endsWith("2RGB") ? "RGB" : "BGR";
          case "Normalize" -> {
            double unit = Boolean.TRUE.equals(s.take("div255")) ? LEVELS : 1;
            input.put("calibration_mean", scaled(s.take("mean"), unit));
            input.put("calibration_std", scaled(s.take("std"), unit));
          }
          default -> ignored.add("dataset.process_ops." + s.text("type", ""));
        }
      }
    }
    quant.put("input_configs", List.of(input));
    out.put("input_processors", List.of(Map.of("tensor_name", "DEFAULT", "tensor_format", format)));
  }

  private List<Double> scaled(Object values, double unit) {
    if (!(values instanceof List<?> list) || !list.stream().allMatch(Number.class::isInstance)) {
      throw fault("dataset.process_ops", "Normalize has no list of numbers as mean or std");
    }
    return list.stream().map(v -> ((Number) v).doubleValue() * unit).toList();
  }

  private VitrineException fault(String path, String what) {
    return new VitrineException(name + ": " + path + " " + what);
  }

  private Section section(String path, Object value) {
    if (value != null && !(value instanceof Map)) {
      throw fault(path, "is '" + value + "'; it holds fields");
    }
    return new Section(
        path, value == null ? new LinkedHashMap<>() : new LinkedHashMap<>((Map<?, ?>) value));
  }

  /** A group of fields, of which those that nobody takes are left. */
  private final class Section {
    private final String path;
    private final Map<Object, Object> left;

    Section(String path, Map<Object, Object> left) {
      this.path = path;
      this.left = left;
    }

    Object take(String field) {
      return left.remove(field);
    }

    String text(String field, String otherwise) {
      Object value = take(field);
      return value == null ? otherwise : value.toString();
    }

    Object number(String field, int otherwise) {
      Object value = take(field);
      return value == null ? otherwise : value;
    }

    void rest() {
      left.keySet().forEach(k -> ignored.add(path.isEmpty() ? k.toString() : path + "." + k));
    }
  }
}
