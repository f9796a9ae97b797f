package dev.vitrine.formats;

import dev.vitrine.formats.family.Families;
import dev.vitrine.formats.onnx.OnnxSource;
import dev.vitrine.formats.safetensors.Safetensors;
import dev.vitrine.formats.torch.TorchCheckpoint;
import dev.vitrine.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Opens models and checkpoints, whatever format they are in. */
public final class ModelFiles {
  /** What a model's folder may call its weights, the best first. */
  private static final List<String> WEIGHTS =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json",
          "model.pth");

  private ModelFiles() {}

  /**
   * Opens a model: an ONNX file, a checkpoint, or a folder with {@code config.json} and a
   * checkpoint. A checkpoint in a folder whose {@code config.json} describes it is read with that.
   *
   * @throws FormatException when there is no model, or none that can be read
   */
  public static ModelSource open(Path path) {
    if (Files.isDirectory(path)) {
      return openFolder(path);
    }
    if (hasEnding(path, ".onnx")) {
      return OnnxSource.open(path);
    }
    if (hasEnding(path, ".vitrine")) {
      throw new FormatException(
          path + ": holds programs, no graph; name the model that it was made from");
    }
    Path folder = path.toAbsolutePath().getParent();
    return open(withBackbone(checkpoint(path)), folder, false, nameOf(path));
  }

  /** DINOv2's linear classifiers are published without the backbone, which must lie beside them. */
  private static Checkpoint withBackbone(Checkpoint checkpoint) {
    if (!checkpoint.tensors().keySet().equals(Set.of("weight", "bias"))) {
      return checkpoint;
    }
    try {
      String name = checkpoint.path().getFileName().toString();
      String backbone = name.replaceFirst("_linear4?_head\\.", "_pretrain.");
      Path file = checkpoint.path().resolveSibling(backbone);
      if (backbone.equals(name) || !Files.exists(file)) {
        throw checkpoint.fault(
            "holds a classifier only; put the backbone beside it, such as dinov2_vits14_pretrain.pth"
                + " beside dinov2_vits14_linear_head.pth");
      }
      Checkpoint rest = checkpoint(file);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      rest.tensors().forEach((key, t) -> tensors.put("backbone." + key, t));
      checkpoint.tensors().forEach((key, t) -> tensors.put("linear_head." + key, t));
      return new Checkpoint(checkpoint.path(), tensors, Map.of(), List.of(checkpoint, rest));
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  private static ModelSource openFolder(Path folder) {
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    if (Files.exists(folder.resolve("config.json"))) {
      return open(checkpoint(weightsIn(folder)), folder, true, name);
    }
    throw new FormatException(folder + ": has no config.json; name a file in it");
  }

  private static ModelSource open(
      Checkpoint checkpoint, Path folder, boolean binding, String name) {
    try {
      return Families.open(checkpoint, folder, binding, name);
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  private static Path weightsIn(Path folder) {
    for (String name : WEIGHTS) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files
              .filter(f -> f.toString().matches(".*\\.(safetensors|pth|pt|bin)"))
              .sorted()
              .toList();
      if (found.size() == 1) {
        return found.getFirst();
      }
    } catch (IOException e) {
      throw new FormatException(folder + ": can't be listed (" + e.getMessage() + ")", e);
    }
    throw new FormatException(
        folder + ": holds no weights by a usual name, such as " + WEIGHTS.getFirst());
  }

  /** ONNX has no magic number: the name decides. */
  private static boolean hasEnding(Path path, String ending) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /**
   * Opens the tensors of a checkpoint: safetensors, PyTorch, or the index of one in several files.
   *
   * @throws FormatException when it is neither
   */
  public static Checkpoint checkpoint(Path path) {
    if (path.toString().endsWith(".index.json")) {
      return sharded(path);
    }
    boolean safetensors;
    boolean torch;
    try (MappedFile file = MappedFile.open(path)) {
      safetensors = Safetensors.matches(file.bytes());
      torch = TorchCheckpoint.matches(file.bytes());
    }
    if (torch) {
      return TorchCheckpoint.read(path);
    }
    if (safetensors || path.toString().endsWith(".safetensors")) {
      return Safetensors.read(path);
    }
    throw new FormatException(
        path
            + ": is neither a safetensors nor a PyTorch file; download it again or check its name");
  }

  /** The union of the files that an index names, each tensor from the file that it names for it. */
  private static Checkpoint sharded(Path index) {
    Map<String, Checkpoint> files = new LinkedHashMap<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Json> e : weightMap(index).entrySet()) {
        String name = e.getValue().text("");
        if (name.isEmpty() || !name.equals(Path.of(name).getFileName().toString())) {
          throw new FormatException(index + ": names '" + name + "', which is no file beside it");
        }
        Checkpoint file = files.computeIfAbsent(name, n -> checkpoint(index.resolveSibling(n)));
        Tensor tensor = file.tensors().get(e.getKey());
        if (tensor == null) {
          throw file.fault("has no tensor '" + e.getKey() + "' although the index says so");
        }
        tensors.put(e.getKey(), tensor);
        metadata.putAll(file.metadata());
      }
      return new Checkpoint(index, tensors, metadata, new ArrayList<>(files.values()));
    } catch (RuntimeException e) {
      files.values().forEach(Checkpoint::close);
      throw e;
    }
  }

  private static Map<String, Json> weightMap(Path index) {
    Map<String, Json> map = Json.read(index).at("weight_map").entries();
    if (map.isEmpty()) {
      throw new FormatException(index + ": has no weight_map; download it again");
    }
    return map;
  }

  /** A file's name without its ending. */
  private static String nameOf(Path path) {
    String name = path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
