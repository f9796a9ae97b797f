package dev.vitrine.formats.family;

import dev.vitrine.formats.AtomicFile;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.Json;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.safetensors.Safetensors;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes a model's weights and configuration in another naming and element type. */
record CheckpointWriter(
    Family family, Weights weights, Architecture architecture, HubConfig config, ModelInfo info) {
  /** Where a tensor of the new file comes from: a part of an original tensor's rows. */
  private record Origin(String original, int part, int parts) {}

  void write(Path target, DType dtype, Naming naming) {
    if (dtype != DType.F32 && dtype != DType.F16 && dtype != DType.BF16) {
      throw new FormatException(target + ": weights can be f32, f16 or bf16, not " + dtype.text());
    }
    Map<String, Origin> origins = origins(target, naming);
    Map<String, TensorType> types = new LinkedHashMap<>();
    origins.forEach((name, origin) -> types.put(name, type(origin, dtype)));
    Map<String, String> metadata = new TreeMap<>(Map.of("format", "pt"));
    if (!info.licence().isEmpty()) {
      metadata.put("licence", info.licence());
    }
    boolean file = target.toString().endsWith(".safetensors");
    Map<String, String> texts = new TreeMap<>();
    texts.put(HubConfig.CONFIG, Json.print(configuration(dtype)));
    if (info.preprocessing() != null) {
      texts.put(HubConfig.PROCESSOR, Json.print(processor(info.preprocessing())));
    }
    if (file) {
      metadata.putAll(texts);
    } else {
      makeFolder(target);
    }
    Path weightsFile = file ? target : target.resolve("model.safetensors");
    Safetensors.write(weightsFile, types, name -> tensor(name, origins.get(name), dtype), metadata);
    if (!file) {
      texts.forEach((name, text) -> writeText(target.resolve(name), text + "\n"));
    }
  }

  private Map<String, Origin> origins(Path target, Naming naming) {
    String prefix = family.prefix(weights, naming);
    Map<String, Origin> origins = new LinkedHashMap<>();
    for (String original : weights.names()) {
      if (naming != Naming.ORIGINAL && !family.names().has(original, naming)) {
        throw new FormatException(
            target + ": tensor '" + original + "' has no name there; keep the original names");
      }
      List<String> names = family.names().names(original, naming, prefix);
      for (int i = 0; i < names.size(); i++) {
        origins.put(names.get(i), new Origin(original, i, names.size()));
      }
    }
    return origins;
  }

  private TensorType type(Origin origin, DType dtype) {
    Shape shape = weights.shape(origin.original);
    DType stored = weights.parts(origin.original).getFirst().dtype();
    if (origin.parts > 1) {
      shape = shape.with(0, Dim.of(shape.size(0) / origin.parts));
    }
    return new TensorType(stored.isFloat() ? dtype : stored, shape);
  }

  private Tensor tensor(String name, Origin origin, DType dtype) {
    List<Tensor> stored = weights.parts(origin.original);
    TensorType type = type(origin, dtype);
    if (!type.dtype().isFloat()) {
      return stored.getFirst();
    }
    Tensor whole = Floats.joined(stored, weights.shape(origin.original));
    Tensor part =
        origin.parts == 1 ? whole : whole.slice(origin.part * type.shape().count(), type.shape());
    return Floats.rounded(part, dtype, weights.checkpoint().path() + ": tensor '" + name + "'");
  }

  /** The configuration that was read, if any, with the new type; else one made from the weights. */
  private Map<String, Object> configuration(DType dtype) {
    Map<String, Object> c = config.exists() ? config.copy() : architecture.config();
    c.remove("torch_dtype");
    c.put("dtype", dtype == DType.F32 ? "float32" : dtype == DType.F16 ? "float16" : "bfloat16");
    return c;
  }

  private static Map<String, Object> processor(Preprocessing p) {
    Map<String, Object> c = new TreeMap<>();
    boolean crops = p.resizeShortEdge() > 0;
    Map<String, Integer> size = Map.of("height", p.height(), "width", p.width());
    c.put("do_resize", true);
    c.put("size", crops ? Map.of("shortest_edge", p.resizeShortEdge()) : new TreeMap<>(size));
    c.put("do_center_crop", crops);
    if (crops) {
      c.put("crop_size", new TreeMap<>(size));
    }
    c.put(
        "resample",
        switch (p.interpolation()) {
          case NEAREST -> 0;
          case LANCZOS -> 1;
          case BILINEAR -> 2;
          case BICUBIC -> 3;
        });
    c.put("do_rescale", true);
    c.put("rescale_factor", p.scale());
    c.put("do_normalize", true);
    c.put("image_mean", p.mean());
    c.put("image_std", p.std());
    return c;
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FormatException(folder + ": can't be made (" + e.getMessage() + ")", e);
    }
  }

  private static void writeText(Path file, String text) {
    AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
