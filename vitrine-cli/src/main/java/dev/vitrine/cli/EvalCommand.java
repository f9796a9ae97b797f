package dev.vitrine.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "eval",
    description = "Measures models by the published protocols.",
    synopsisSubcommandLabel = "PROTOCOL",
    subcommands = {EvalClassifyCommand.class, EvalRetrievalCommand.class, EvalSegmentCommand.class})
final class EvalCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    CommandLine line = spec.commandLine();
    throw new ParameterException(
        line, "name a protocol: " + String.join(", ", line.getSubcommands().keySet()));
  }
}
