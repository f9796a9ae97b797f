package dev.vitrine.cli;

import dev.vitrine.engine.Processor;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;

/**
 * First uses of the commands, one after another: what a build runs to record the classes and
 * profiles that later starts find ready. The embedded model is packed by the way.
 */
final class Training {
  private Training() {}

  /**
   * @param args the checkout's or installation's folder, and one to write to
   */
  public static void main(String[] args) {
    String picture = Path.of(args[0], "examples", "chelsea.png").toString();
    String out = Path.of(args[1], "first.png").toString();
    Processor.detect();
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    for (List<String> command :
        List.of(
            List.of("--help"),
            List.of("inspect", "dinov2-small", "-g", "56x56"),
            List.of("bench", "dinov2-small", "-g", "224x224", "-r", "1", "-w", "0"),
            // Packed by the first of these, taken from there by the others.
            List.of("pca", picture, "-o", out),
            List.of("pca", picture, "-o", out),
            List.of("pca", picture, "-o", out))) {
      Main.run(nowhere, nowhere, command.toArray(String[]::new));
    }
  }
}
