package dev.vitrine.formats.onnx;

import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The exported models in {@code testdata/tiny} with their inputs and what PyTorch gives for them.
 */
final class TinyModels {
  private static final Path ROOT =
      Path.of(System.getProperty("vitrine.root")).resolve("testdata/tiny");
  private static final Pattern NAME = Pattern.compile("model\\.([0-9x]+)\\.op(\\d+)\\.onnx");

  private TinyModels() {}

  /** All ONNX files, sorted. */
  static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(p -> NAME.matcher(p.getFileName().toString()).matches()).sorted().toList();
    }
  }

  static int opset(Path model) {
    return Integer.parseInt(match(model, 2));
  }

  static Tensor input(Path model) {
    return Npy.read(model.resolveSibling("input." + match(model, 1) + ".npy"));
  }

  /** The expected outputs by name. */
  static Map<String, Tensor> outputs(Path model) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (String name : List.of("cls", "patch", "logits")) {
      Path file = model.resolveSibling(name + "." + match(model, 1) + ".npy");
      if (Files.exists(file)) {
        out.put(name, Npy.read(file));
      }
    }
    return out;
  }

  private static String match(Path model, int group) {
    var m = NAME.matcher(model.getFileName().toString());
    if (!m.matches()) {
      throw new IllegalArgumentException(model.toString());
    }
    return m.group(group);
  }
}
