package dev.vitrine.bench;

import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code vitrine-bench} command. Exit codes: 0 done, 1 the results differ, 2 wrong usage. */
@Command(
    name = "vitrine-bench",
    description = "Times Vitrine beside ONNX Runtime, embedding, and kernels.",
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    subcommands = {CompareCommand.class, EmbedCommand.class, KernelsCommand.class})
public final class Main implements Runnable {
  @CommandLine.Spec CommandLine.Model.CommandSpec spec;

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
  }

  /** Runs the command as {@link #main} does and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new Main()).setOut(out).setErr(err);
    line.setExecutionExceptionHandler(
        (e, command, _) -> {
          if (!(e instanceof VitrineException || e instanceof IOException)) {
            throw e;
          }
          command.getErr().println("vitrine-bench: error: " + e.getMessage());
          return CommandLine.ExitCode.USAGE;
        });
    return line.execute(args);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
