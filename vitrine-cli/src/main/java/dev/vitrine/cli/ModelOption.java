package dev.vitrine.cli;

import picocli.CommandLine.Option;

/** The model of a command that must be told one. */
final class ModelOption {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      required = true,
      description = "A file, a folder or a name.")
  String name;
}
