package dev.vitrine.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "probe",
    description = "Classifiers on a model's features: how much these tell.",
    synopsisSubcommandLabel = "ACTION",
    subcommands = {ProbeTrainCommand.class, ProbeTestCommand.class, ProbeKnnCommand.class})
final class ProbeCommand implements Runnable {
  /** What the data of all actions may be. */
  static final String DATA =
      "A folder of pictures for each class; CIFAR-10's .bin or folder; MNIST's images file or"
          + " folder; a .csv[.gz] of square grey pictures, levels then class; or features, .npy or"
          + " .safetensors.";

  @Spec CommandSpec spec;

  @Override
  public void run() {
    CommandLine line = spec.commandLine();
    throw new ParameterException(
        line, "name an action: " + String.join(", ", line.getSubcommands().keySet()));
  }
}
