package dev.vitrine.cli;

import dev.vitrine.features.embed.EmbedTask;
import dev.vitrine.features.embed.EmbeddingFile;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.embed.Pictures;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "embed",
    description = {
      "Turns pictures into feature vectors, with their file names.",
      "A run that was ended goes on where it was when it is called again: what is done is kept in"
          + " FILE.part. Pictures that can't be read are told and left out; then the exit code is 1."
    })
final class EmbedCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "PICTURES",
      description =
          "Pictures, folders, lists (.txt, one path a line) or archives (.tar, .tar.gz, .zip).")
  List<Path> paths;

  @Option(
      names = "-o",
      paramLabel = "FILE",
      defaultValue = "features.npy",
      description =
          ".npy with the names in a .txt beside it, .safetensors or .csv (default:"
              + " ${DEFAULT-VALUE}).")
  Path file;

  @Option(names = "--l2", description = "Bring the vectors to length 1.")
  boolean normalise;

  @Mixin EmbedderOptions options;
  @Mixin Output out;

  @Override
  public Integer call() {
    EmbeddingFile kind = EmbeddingFile.of(file);
    List<PictureSource> pictures = Pictures.find(paths);
    long start = System.nanoTime();
    return options.with(
        normalise,
        embedder -> {
          EmbedTask.Result result;
          try (EmbedProgress progress = new EmbedProgress(pictures.size(), out)) {
            result = new EmbedTask(file).run(embedder, pictures, progress);
          }
          double seconds = (System.nanoTime() - start) * 1e-9;
          int fresh = result.embedded() - result.resumed();
          out.line(
              "%d pictures → %s%s, %.1f a second%s",
              result.embedded(),
              embedder.shape().compact(),
              result.resumed() > 0 ? ", %d of them before".formatted(result.resumed()) : "",
              fresh / seconds,
              result.skipped() > 0 ? "; %d skipped".formatted(result.skipped()) : "");
          out.line("wrote %s", file);
          Map<String, Object> json = new LinkedHashMap<>(embedder.about());
          json.put("pictures", result.embedded());
          json.put("resumed", result.resumed());
          json.put("skipped", result.skipped());
          json.put("shape", embedder.shape().compact());
          json.put("seconds", seconds);
          json.put("file", file.toString());
          json.put("names", kind.names(file).toString());
          out.json(json);
          return result.skipped() > 0 ? Main.CHECK_FAILED : 0;
        });
  }
}
