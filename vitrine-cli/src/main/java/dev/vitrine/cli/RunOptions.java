package dev.vitrine.cli;

import dev.vitrine.engine.Options;
import dev.vitrine.engine.Precision;
import dev.vitrine.engine.Tier;
import dev.vitrine.vision.PictureModel.Size;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options of every command that runs a model. */
final class RunOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = {"-g", "--size"},
      paramLabel = "HxW",
      converter = SizeConverter.class,
      description = "Size of the model's input picture, height x width.")
  Size size;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one run (default: all processors).")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      converter = TierConverter.class,
      description = "The most to use of the processor: auto, portable, … (default: auto).")
  Tier tier = Tier.AUTO;

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      converter = PrecisionConverter.class,
      description =
          "f32, int8 (a float model is quantized without calibration), or auto: what is faster of a"
              + " quantized model (default: auto).")
  Precision precision = Precision.AUTO;

  /** Reads a precision's name. */
  static final class PrecisionConverter implements ITypeConverter<Precision> {
    @Override
    public Precision convert(String text) {
      return Precision.parse(text);
    }
  }

  /** Reads a tier's name. */
  static final class TierConverter implements ITypeConverter<Tier> {
    @Override
    public Tier convert(String text) {
      return Tier.parse(text);
    }
  }

  /** As options of a session; warnings go to standard error. */
  Options options(List<String> outputs) {

    return new Options(
        outputs,
        threads,
        tier,
        precision,
        line -> spec.commandLine().getErr().println("vitrine: warning: " + line));
  }
}
