package dev.vitrine.cli;

import picocli.CommandLine.Option;

/** The model of a command that looks at patches: the one that comes with Vitrine will do. */
final class FeatureModelOption {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      defaultValue = "dinov2-small",
      description = "A file, a folder or a name (default: ${DEFAULT-VALUE}).")
  String name;
}
