package dev.vitrine.cli;

import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.vision.image.ImageReader;
import picocli.CommandLine.Option;

/** Options of every command that reads pictures for a model. */
final class Decoding {
  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description = "The largest picture that is decoded, in pixels (default: ${DEFAULT-VALUE}).")
  long maxPixels = ImageReader.DEFAULT_LIMIT;

  @Option(
      names = "--resample",
      paramLabel = "FILTER",
      description =
          "How pictures are resized: nearest, bilinear, bicubic or lanczos, as Pillow does it"
              + " (default: as the model states).")
  Interpolation resample;
}
