package dev.vitrine.cli;

import dev.vitrine.engine.Model;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "run", description = "Runs a model on arrays or pictures and writes its outputs.")
final class RunCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "A file, a folder or a name.")
  String model;

  @Mixin ModelInputs.Named inputs;

  @Option(
      names = "--output-dir",
      defaultValue = ".",
      paramLabel = "DIR",
      description = "Where NAME.npy goes for each output; made if it is not there.")
  Path outputDir;

  @Option(
      names = "--outputs",
      split = ",",
      paramLabel = "NAME",
      description = "The outputs wanted (default: the model's own).")
  List<String> outputs = List.of();

  @Mixin RunOptions run;
  @Mixin Output out;

  @Override
  public Integer call() throws IOException {
    try (Model opened = Models.open(model)) {
      Map<String, Tensor> in = inputs.tensors(opened, run.size);
      Map<String, Tensor> results = opened.run(in, run.options(outputs));
      Files.createDirectories(outputDir);
      Map<String, Object> json = new LinkedHashMap<>();
      results.forEach(
          (name, t) -> {
            Path file = outputDir.resolve(name.replaceAll("[^A-Za-z0-9_.-]", "_") + ".npy");
            Npy.write(file, t);
            out.line("%s %s → %s", name, t.type(), file);
            json.put(name, Map.of("file", file.toString(), "shape", t.shape().compact()));
          });
      out.json(json);
    }
    return 0;
  }
}
