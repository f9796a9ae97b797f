package dev.vitrine.cli;

import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.features.embed.EmbedOptions;
import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.Pooling;
import dev.vitrine.formats.Json;
import dev.vitrine.formats.Preprocessing.Interpolation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands that turn many pictures into vectors have in common. */
final class EmbedderOptions {
  private static final String DEFAULT = "dinov2-small";

  /** What a command does with the model, once it is there. */
  interface Task<T> {
    T run(Embedder embedder);
  }

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description = "A file, a folder or a name (default: dinov2-small).")
  String model;

  @Option(
      names = "--output",
      paramLabel = "WHAT",
      converter = PoolingConverter.class,
      description =
          "The vector: cls, mean of the patches, cls-mean for both, gem for their generalised mean,"
              + " or patch for all of them (default: cls).")
  Pooling output;

  @Option(
      names = {"-b", "--batch"},
      paramLabel = "N",
      defaultValue = "1",
      description = "Pictures that a thread takes at a time (default: ${DEFAULT-VALUE}).")
  int batch;

  @Mixin Decoding decoding;
  @Mixin RunOptions run;

  /** Reads the name of an output. */
  static final class PoolingConverter implements ITypeConverter<Pooling> {
    @Override
    public Pooling convert(String text) {
      return Pooling.parse(text);
    }
  }

  /** What finds the model again and gives its input the same size. */
  Map<String, String> source() {
    String name = model == null ? DEFAULT : model;
    Path path = Path.of(name);
    Map<String, String> source = new LinkedHashMap<>();
    source.put("source", Files.exists(path) ? path.toAbsolutePath().normalize().toString() : name);
    source.put("size", run.size == null ? "" : run.size.height() + "x" + run.size.width());
    source.put("resample", decoding.resample == null ? "" : decoding.resample.name());
    return source;
  }

  /** Takes what the command line leaves open from what an index says. */
  void preset(Json index) {
    model = model != null ? model : index.at("source").text(DEFAULT);
    output = output != null ? output : Pooling.parse(index.at("output").text(""));
    String size = index.at("size").text("");
    if (run.size == null && !size.isEmpty()) {
      run.size = new SizeConverter().convert(size);
    }
    for (Interpolation filter : Interpolation.values()) {
      if (decoding.resample == null && filter.name().equals(index.at("resample").text(""))) {
        decoding.resample = filter;
      }
    }
  }

  /** Opens the model, does the task and closes it. */
  <T> T with(boolean normalise, Task<T> task) {
    Pooling pooling = output == null ? Pooling.CLS : output;
    EmbedOptions options = new EmbedOptions(pooling, normalise, batch, decoding.maxPixels);
    try (Model opened = Models.open(model == null ? DEFAULT : model, decoding.resample)) {
      Options session = run.options(List.of());
      try (Embedder embedder = Embedder.of(opened, run.size, options, session)) {
        return task.run(embedder);
      }
    }
  }
}
