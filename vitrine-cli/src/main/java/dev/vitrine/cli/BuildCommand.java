package dev.vitrine.cli;

import dev.vitrine.build.Build;
import dev.vitrine.build.Environment;
import dev.vitrine.build.config.Configuration;
import dev.vitrine.build.config.Flag;
import dev.vitrine.build.report.OutputError;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Tier;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "build",
    customSynopsis = "vitrine build [--config FILE] [--FIELD VALUE]… [--SECTION.FIELD VALUE]…",
    description = {
      "Simplifies, calibrates, quantizes, compiles and checks a model as a configuration says.",
      "Every scalar of the configuration is an option too, which wins."
    },
    modelTransformer = BuildCommand.Flags.class)
final class BuildCommand implements Callable<Integer> {
  private static final String OWN = "vitrine.";

  @Spec CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The configuration: JSON with comments, YAML, TOML or prototxt; or VastAI's YAML.")
  Path config;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one run (default: all processors).")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      converter = RunOptions.TierConverter.class,
      description = "What the compiled model may use of the processor (default: auto).")
  Tier tier = Tier.AUTO;

  @Mixin Output out;

  /** Adds an option for each field of the configuration. */
  static final class Flags implements CommandLine.IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      Configuration.flags().forEach(f -> command.addOption(option(f)));
      return command;
    }
  }

  private static OptionSpec option(Flag flag) {
    boolean own = flag.path().startsWith(OWN);
    String[] names =
        own
            ? new String[] {
              "--" + flag.path().substring(OWN.length()).replace('_', '-'), "--" + flag.path()
            }
            : new String[] {"--" + flag.path()};
    OptionSpec.Builder option =
        OptionSpec.builder(names)
            .type(String.class)
            .paramLabel(flag.kind())
            .description(flag.help())
            .hidden(flag.ignored());
    return switch (flag.values()) {
      case AT_MOST_ONE -> option.arity("0..1").fallbackValue("true").build();
      case ONE -> option.arity("1").build();
      case SEVERAL -> option.type(List.class).auxiliaryTypes(String.class).arity("1..*").build();
    };
  }

  @Override
  public Integer call() {
    Map<String, List<String>> flags = new LinkedHashMap<>();
    for (Flag f : Configuration.flags()) {
      OptionSpec option = spec.findOption("--" + f.path());
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        flags.put(
            f.path(),
            f.values() == Flag.Values.SEVERAL
                ? option.<List<String>>getValue()
                : List.of(option.<String>getValue()));
      }
    }
    Configuration configuration = Configuration.read(config, flags);
    Path folder = config == null ? null : config.toAbsolutePath().getParent();
    Options options = Options.defaults().threads(threads).tier(tier).warnings(this::warn);
    Build.Result result =
        Build.run(configuration, new Environment(options, folder, out::line, this::warn));
    out.json(json(result));
    return result.passed() ? 0 : Main.CHECK_FAILED;
  }

  private void warn(String line) {
    out.err().println("vitrine: warning: " + line);
  }

  private static Map<String, Object> json(Build.Result result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("compiled", result.compiled().toString());
    json.put("report", result.report() == null ? null : result.report().toString());
    json.put("passed", result.passed());
    json.put("precision", result.precision());
    Map<String, Object> outputs = new LinkedHashMap<>();
    for (OutputError o : result.outputs()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("mean_cosine", o.mean());
      one.put("percentile_1_cosine", o.low());
      one.put("worst_cosine", o.worst());
      one.put("max_abs", o.maxAbs());
      outputs.put(o.name(), one);
    }
    json.put("outputs", outputs);
    return json;
  }
}
