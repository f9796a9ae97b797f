package dev.vitrine.cli;

import dev.vitrine.engine.Processor;
import dev.vitrine.graph.Suggestions;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The {@code vitrine} command. Exit codes: 0 done, 1 a check failed, 2 wrong usage or bad input.
 */
@Command(
    name = "vitrine",
    description = "Runs vision transformers on the CPU: pictures, labels, features.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    versionProvider = Main.Version.class)
public final class Main implements Runnable {
  /** All commands, in the order of the help page. Each is called as its class is. */
  static final List<Class<?>> COMMANDS =
      List.of(
          BenchCommand.class,
          BenchKernelCommand.class,
          BuildCommand.class,
          ClassifyCommand.class,
          CompareCommand.class,
          ConformanceCommand.class,
          ConvertCommand.class,
          CurateCommand.class,
          DedupeCommand.class,
          EditCommand.class,
          EmbedCommand.class,
          EvalCommand.class,
          IndexCommand.class,
          InspectCommand.class,
          MatchCommand.class,
          ModelsCommand.class,
          PcaCommand.class,
          ProbeCommand.class,
          PullCommand.class,
          RunCommand.class,
          SearchCommand.class,
          SegmentCommand.class,
          SimplifyCommand.class);

  /** Wrong usage or bad input. */
  static final int BAD_INPUT = 2;

  /** A check that the user asked for failed. */
  static final int CHECK_FAILED = 1;

  @Option(
      names = "--debug",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Print stack traces of errors.")
  boolean debug;

  @CommandLine.Spec CommandLine.Model.CommandSpec spec;

  private Main() {}

  public static void main(String[] args) {
    Processor.detect();
    int code = run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
    if (code != 0) {
      System.exit(code);
    }
  }

  /** Runs the command as {@link #main} does and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    // A line of its own, so that a command can add to its options.
    commands(args).forEach(c -> line.addSubcommand(nameOf(c), new CommandLine(c)));
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((e, _) -> main.fail(e.getCommandLine(), e, message(e)));
    line.setExecutionExceptionHandler((e, command, _) -> main.failed(command, e));
    try {
      return line.execute(args);
    } catch (OutOfMemoryError e) {
      return main.fail(
          line,
          e,
          "out of memory; use a smaller size (-g) or model, or VITRINE_JAVA_OPTIONS=-Xmx…");
    }
  }

  /** The command that is asked for, since readying each takes time; all if that isn't plain. */
  private static List<Class<?>> commands(String... args) {
    return COMMANDS.stream()
        .filter(c -> args.length > 0 && nameOf(c).equals(args[0]))
        .findFirst()
        .<List<Class<?>>>map(List::of)
        .orElse(COMMANDS);
  }

  /** Such as {@code bench-kernel} of BenchKernelCommand. */
  static String nameOf(Class<?> command) {
    StringBuilder name = new StringBuilder();
    for (char c : command.getSimpleName().replace("Command", "").toCharArray()) {
      if (Character.isUpperCase(c)) {
        name.append(name.isEmpty() ? "" : "-");
      }
      name.append(Character.toLowerCase(c));
    }
    return name.toString();
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** What is wrong with the command line: of an option's value in our words, where there are. */
  private static String message(CommandLine.ParameterException e) {
    if (e instanceof CommandLine.UnmatchedArgumentException u && u.isUnknownOption()) {
      Set<String> names = e.getCommandLine().getCommandSpec().optionsMap().keySet();
      String option = u.getUnmatched().getFirst().replaceFirst("=.*", "");
      return Suggestions.unknown("option", option, names).getMessage();
    }
    return e.getCause() instanceof VitrineException ours
            && e.getArgSpec() instanceof CommandLine.Model.OptionSpec option
        ? option.longestName() + ": " + ours.getMessage()
        : e.getMessage();
  }

  private int failed(CommandLine command, Exception e) {
    return switch (e) {
      case VitrineException v -> fail(command, v, v.getMessage());
      case UncheckedIOException io -> fail(command, io, io.getCause().toString());
      case IOException io -> fail(command, io, io.toString());
      default ->
          fail(
              command, e, "this is a fault of Vitrine: " + e + "; --debug shows where it happened");
    };
  }

  private int fail(CommandLine command, Throwable e, String message) {
    String line =
        String.valueOf(message).lines().map(String::strip).collect(Collectors.joining(" "));
    command.getErr().println("vitrine: error: " + line);
    if (debug) {
      e.printStackTrace(command.getErr());
    }
    return BAD_INPUT;
  }

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"vitrine " + (version == null ? "(not packaged)" : version)};
    }
  }
}
