package dev.vitrine.bench;

import dev.vitrine.engine.Options;
import dev.vitrine.engine.Tier;
import dev.vitrine.vision.PictureModel.Size;
import picocli.CommandLine.Option;

/** What both sides of a comparison run with. */
final class Settings {
  @Option(
      names = {"-g", "--size"},
      paramLabel = "HxW",
      converter = SizeConverter.class,
      description = "Size of the input picture (default: what the model states).")
  Size size;

  @Option(names = "--threads", paramLabel = "N", description = "Of each (default: all processors).")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--tier",
      defaultValue = "auto",
      paramLabel = "TIER",
      description = "The most that Vitrine may use of the processor (default: auto).")
  private String tier;

  Options options() {
    return Options.defaults().threads(threads).tier(Tier.parse(tier));
  }
}
