package dev.vitrine.build.data;

import dev.vitrine.build.config.QuantConfig.Format;
import dev.vitrine.build.config.QuantConfig.InputConfig;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.formats.pickle.NumpyArray;
import dev.vitrine.graph.Suggestions;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.ImageReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Samples of a model's inputs, each read when it is asked for. Which files are taken, and in which
 * order, depends on their names alone. Safe for several threads.
 */
public final class CalibrationData implements Iterable<Map<String, Tensor>> {
  private static final String ALL = "DEFAULT";

  /**
   * The data of one input.
   *
   * @param config what was said about it
   * @param folder of the files
   * @param files of the samples, in their order
   * @param form of pictures; null for other formats
   */
  public record Part(
      InputConfig config, TensorType type, Path folder, List<Path> files, PictureForm form) {
    private Tensor sample(String input, int i) {
      Path file = files.get(i);
      return switch (config.calibrationFormat()) {
        case Image -> form.floats(ImageReader.read(file));
        case Numpy -> ArrayFile.checked(Npy.read(file), type, file);
        case Binary -> ArrayFile.raw(file, type);
        case NumpyObject -> ArrayFile.checked(entry(file, input), type, file);
      };
    }

    private static Tensor entry(Path file, String input) {
      if (!(Npy.readObject(file) instanceof Map<?, ?> map)) {
        throw new FormatException(file + ": holds no dictionary of arrays by input; save one");
      }
      if (!(map.get(input) instanceof NumpyArray a) || a.tensor() == null) {
        throw new FormatException(
            "%s: has no array '%s', but %s".formatted(file, input, map.keySet()));
      }
      return a.tensor();
    }
  }

  private final Map<String, Part> parts;
  private final int size;

  private CalibrationData(Map<String, Part> parts, int size) {
    this.parts = parts;
    this.size = size;
  }

  /**
   * Chooses files and brings those in archives onto the disk.
   *
   * @param inputs the model's inputs and their static types
   * @param configs what was said about them; one for DEFAULT stands for the inputs without their
   *     own
   * @param find the place that a path in a configuration means
   * @param form how pictures become an input, by its name and what was said about it
   * @param folder gets a folder of files for each input
   * @throws VitrineException naming the field, archive or file at fault
   */
  public static CalibrationData open(
      Map<String, TensorType> inputs,
      List<InputConfig> configs,
      Function<String, Path> find,
      BiFunction<String, InputConfig, PictureForm> form,
      Path folder) {
    Map<String, InputConfig> chosen = match(inputs.keySet(), configs);
    Map<InputConfig, Source> sources = new LinkedHashMap<>();
    chosen.values().forEach(c -> sources.computeIfAbsent(c, k -> source(k, find)));
    Map<InputConfig, List<String>> names = select(sources);
    Map<InputConfig, Map<String, Path>> fetched = new LinkedHashMap<>();
    Map<String, Part> parts = new LinkedHashMap<>();
    chosen.forEach(
        (input, c) -> {
          Path place = sources.get(c).place();
          Path own = folder.resolve(input.replaceAll("[^A-Za-z0-9_.-]", "_"));
          Map<String, Path> places =
              fetched.computeIfAbsent(c, k -> sources.get(k).fetch(names.get(k), own));
          List<Path> files = names.get(c).stream().map(places::get).toList();
          boolean pictures = c.calibrationFormat() == Format.Image;
          parts.put(
              input,
              new Part(
                  c,
                  inputs.get(input),
                  Files.isDirectory(place) ? place : own,
                  files,
                  pictures ? form.apply(input, c) : null));
        });
    return new CalibrationData(parts, parts.values().iterator().next().files().size());
  }

  private static Map<String, InputConfig> match(Set<String> inputs, List<InputConfig> configs) {
    for (InputConfig c : configs) {
      if (!c.tensorName().equals(ALL) && !inputs.contains(c.tensorName())) {
        String what = Suggestions.unknown("input", c.tensorName(), inputs).getMessage();
        throw new VitrineException("quant.input_configs: " + what);
      }
    }
    Map<String, InputConfig> out = new LinkedHashMap<>();
    for (String input : inputs) {
      InputConfig found =
          configs.stream()
              .filter(c -> c.tensorName().equals(input))
              .findFirst()
              .or(() -> configs.stream().filter(c -> c.tensorName().equals(ALL)).findFirst())
              .orElseThrow(
                  () ->
                      new VitrineException(
                          "quant.input_configs: nothing is said about input '"
                              + input
                              + "'; add an entry with its name or DEFAULT"));
      out.put(input, found);
    }
    return out;
  }

  private static Source source(InputConfig c, Function<String, Path> find) {
    if (c.calibrationDataset().isEmpty()) {
      throw new VitrineException(
          "quant.input_configs: '"
              + c.tensorName()
              + "' has no calibration_dataset; name an archive or folder");
    }
    if (c.calibrationSize() == 0 || c.calibrationSize() < -1) {
      throw new VitrineException(
          "quant.input_configs: calibration_size is "
              + c.calibrationSize()
              + "; it is a number of samples, or -1 for all");
    }
    return Source.open(find.apply(c.calibrationDataset()), c.calibrationFormat());
  }

  /** The files of each source in the order of the samples. */
  private static Map<InputConfig, List<String>> select(Map<InputConfig, Source> sources) {
    int most =
        sources.keySet().stream()
            .mapToInt(c -> c.calibrationSize() < 0 ? Integer.MAX_VALUE : c.calibrationSize())
            .min()
            .orElseThrow();
    Map<InputConfig, List<String>> out = new LinkedHashMap<>();
    if (sources.size() == 1) {
      sources.forEach(
          (c, s) -> out.put(c, Source.spread(s.names(), Math.min(most, s.names().size()))));
      return out;
    }
    Map<InputConfig, Map<String, String>> stems = new LinkedHashMap<>();
    sources.forEach((c, s) -> stems.put(c, new TreeMap<>(s.byStem())));
    Set<String> common = new TreeSet<>(stems.values().iterator().next().keySet());
    stems.values().forEach(m -> common.retainAll(m.keySet()));
    if (common.isEmpty()) {
      throw new VitrineException(
          "quant.input_configs: the data of the inputs have no file names in common, which is how"
              + " samples are put together");
    }
    List<String> chosen = Source.spread(List.copyOf(common), Math.min(most, common.size()));
    stems.forEach((c, m) -> out.put(c, chosen.stream().map(m::get).toList()));
    return out;
  }

  /** How many samples there are; at least one. */
  public int size() {
    return size;
  }

  /** What was found for each input. */
  public Map<String, Part> parts() {
    return parts;
  }

  /**
   * Reads a sample.
   *
   * @return fresh tensors by input
   * @throws VitrineException naming the file that can't be read or doesn't fit
   */
  public Map<String, Tensor> sample(int i) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    parts.forEach((input, part) -> out.put(input, part.sample(input, i)));
    return out;
  }

  /** All samples in their order. */
  @Override
  public Iterator<Map<String, Tensor>> iterator() {
    return IntStream.range(0, size).mapToObj(this::sample).iterator();
  }

  /** What seems wrong with the units of the means and deviations, a line for each input. */
  public List<String> doubts() {
    List<String> out = new ArrayList<>();
    parts.forEach(
        (input, part) -> {
          if (part.form() != null && looksScaled(part.form())) {
            out.add(
                ("input '%s': mean %s and std %s look like units of 0…1, but are taken as levels"
                        + " 0…255; multiply them by 255, such as 123.675, 116.28, 103.53 and"
                        + " 58.395, 57.12, 57.375")
                    .formatted(input, part.form().mean(), part.form().std()));
          }
        });
    return out;
  }

  private static boolean looksScaled(PictureForm form) {
    boolean smallMean = form.mean().stream().allMatch(m -> Math.abs(m) <= 1);
    boolean someMean = form.mean().stream().anyMatch(m -> m != 0);
    boolean smallStd = form.std().stream().anyMatch(s -> Math.abs(s) < 1);
    return smallStd || (smallMean && someMean);
  }
}
