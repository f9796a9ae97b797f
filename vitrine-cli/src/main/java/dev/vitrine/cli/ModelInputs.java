package dev.vitrine.cli;

import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.engine.Model;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.MappedFile;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel.Size;
import dev.vitrine.vision.Preprocessor;
import dev.vitrine.vision.image.ImageReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** What a model is run on: files by input name, or random values. */
abstract class ModelInputs {
  static final String FILES =
      "An input from a .npy file, a .bin file of raw elements, or a picture, which goes through"
          + " the model's preprocessing. Without NAME=: the only input.";

  /** With the short name of the option. */
  static final class Named extends ModelInputs {
    @Option(
        names = {"-i", "--input"},
        paramLabel = "NAME=FILE",
        description = FILES)
    List<String> files = List.of();

    @Override
    List<String> files() {
      return files;
    }
  }

  /** Where the short name means something else. */
  static final class Plain extends ModelInputs {
    @Option(names = "--input", paramLabel = "NAME=FILE", description = FILES)
    List<String> files = List.of();

    @Override
    List<String> files() {
      return files;
    }
  }

  @Option(
      names = "--random",
      paramLabel = "SEED",
      description = "Random values for the inputs that have no file.")
  Long seed;

  abstract List<String> files();

  /** The tensors for a model, of one picture. */
  final Map<String, Tensor> tensors(Model model, Size size) {
    return tensors(model, size, 1);
  }

  /**
   * The tensors for a model.
   *
   * @param size of pictures and random input; null for what the model states
   * @param batch of random input, where the model leaves it open
   */
  final Map<String, Tensor> tensors(Model model, Size size, int batch) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (String text : files()) {
      int equals = text.indexOf('=');
      ModelInput input = input(model, equals < 0 ? null : text.substring(0, equals));
      out.put(input.name(), tensor(model, input, Path.of(text.substring(equals + 1)), size));
    }
    if (seed != null) {
      SplittableRandom random = new SplittableRandom(seed);
      for (ModelInput input : model.inputs()) {
        TensorType type =
            new TensorType(input.type().dtype(), shape(model.info(), input, size, batch));
        out.computeIfAbsent(input.name(), _ -> RandomInputs.tensor(type, random));
      }
    }
    for (ModelInput input : model.inputs()) {
      if (!out.containsKey(input.name())) {
        throw new VitrineException(
            "%s takes the input '%s', %s; give --input %s=FILE or --random SEED"
                .formatted(model.info().name(), input.name(), input.type(), input.name()));
      }
    }
    return out;
  }

  private static ModelInput input(Model model, String name) {
    List<ModelInput> all = model.inputs();
    if (name == null && all.size() == 1) {
      return all.getFirst();
    }
    return all.stream()
        .filter(i -> i.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new VitrineException(
                    "--input: %s has no input '%s'; it has %s"
                        .formatted(
                            model.info().name(),
                            name == null ? "" : name,
                            all.stream().map(ModelInput::name).collect(Collectors.joining(", ")))));
  }

  private static Tensor tensor(Model model, ModelInput input, Path file, Size size) {
    String name = file.toString().toLowerCase(java.util.Locale.ROOT);
    if (name.endsWith(".npy")) {
      return Npy.read(file);
    }
    Shape shape = shape(model.info(), input, size);
    if (name.endsWith(".bin")) {
      return raw(file, new TensorType(input.type().dtype(), shape));
    }
    Preprocessing how = model.info().preprocessing();
    if (how == null || shape.rank() != 4) {
      throw new VitrineException(
          file
              + ": is no .npy or .bin file, and "
              + model.info().name()
              + " doesn't say how a picture becomes its input");
    }
    TensorType type = input.type().with(shape);
    int first = Preprocessor.isChannelsLast(type) ? 1 : 2;
    Preprocessing sized = how.withSize((int) shape.size(first), (int) shape.size(first + 1));
    return new Preprocessor(sized).apply(ImageReader.read(file), type);
  }

  private static Tensor raw(Path file, TensorType type) {
    try (MappedFile mapped = MappedFile.open(file)) {
      if (mapped.bytes().byteSize() != type.bytes()) {
        throw new FormatException(
            "%s: has %d bytes, but %s needs %d; -g sets the size"
                .formatted(file, mapped.bytes().byteSize(), type, type.bytes()));
      }
      Tensor t = Tensor.zeros(type);
      t.data().copyFrom(mapped.bytes());
      return t;
    }
  }

  /** The input's shape with numbers for its names: 1 for the batch, the size for the picture. */
  static Shape shape(ModelInfo info, ModelInput input, Size size) {
    return shape(info, input, size, 1);
  }

  private static Shape shape(ModelInfo info, ModelInput input, Size size, int batch) {
    Preprocessing stated = info.preprocessing();
    Size chosen =
        size != null ? size : stated != null ? new Size(stated.height(), stated.width()) : null;
    Shape shape = input.type().shape();
    for (int i = 0; i < shape.rank(); i++) {
      boolean picture = shape.rank() == 4 && i >= 2;
      if (picture && size != null) {
        shape = shape.with(i, Dim.of(i == 2 ? size.height() : size.width()));
      } else if (!shape.dim(i).isStatic()) {
        if (i > 0 && !(picture && chosen != null)) {
          throw new VitrineException(
              "input '%s' is %s; state its size with -g".formatted(input.name(), shape));
        }
        long n = i == 0 ? batch : i == 2 ? chosen.height() : chosen.width();
        shape = shape.with(i, Dim.of(n));
      }
    }
    return shape;
  }
}
