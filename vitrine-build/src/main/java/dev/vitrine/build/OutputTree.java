package dev.vitrine.build;

import dev.vitrine.build.config.BuildConfig;
import dev.vitrine.formats.AtomicFile;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files that a build writes.
 *
 * @param output the folder that holds the compiled model
 * @param work the folder that holds the rest
 * @param name of the compiled model
 */
record OutputTree(Path output, Path work, String name) {
  static OutputTree of(BuildConfig config) {
    if (config.outputDir().isEmpty()) {
      throw new VitrineException("there is no output_dir; name a folder with --output_dir");
    }
    String name = config.outputName();
    if (name.isEmpty() || !name.equals(Path.of(name).getFileName().toString())) {
      throw new VitrineException(
          "output_name is '" + name + "'; it is a file's name, without a folder");
    }
    Path output = Path.of(config.outputDir());
    return new OutputTree(
        output, config.workDir().isEmpty() ? output : Path.of(config.workDir()), name);
  }

  Path compiled() {
    return output.resolve(name);
  }

  Path optimized() {
    return made(work.resolve("frontend")).resolve("optimized.onnx");
  }

  Path frontendDump() {
    return made(work.resolve("frontend")).resolve("graph.txt");
  }

  Path dataset() {
    return work.resolve("quant").resolve("dataset");
  }

  Path quant(String file) {
    return made(work.resolve("quant")).resolve(file);
  }

  Path debug(String file) {
    return made(work.resolve("quant").resolve("debug")).resolve(file);
  }

  Path trace(String file) {
    return made(work.resolve("compiler/debug/subgraph_npu_0/b1")).resolve(file);
  }

  Path report() {
    return made(output).resolve("report.html");
  }

  Path context() {
    return made(output).resolve("build_context.json");
  }

  /** Writes a tensor for people who look for a fault. */
  void tensor(String kind, int sample, String tensor, Tensor t) {
    Path folder = made(work.resolve("quant/debug/io/" + kind + "/" + sample));
    Npy.write(folder.resolve(tensor.replaceAll("[^a-zA-Z0-9_-]", "_") + ".npy"), t);
  }

  static void write(Path file, String text) {
    AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FormatException(folder + ": this folder can't be made (" + e.getMessage() + ")", e);
    }
  }
}
