package dev.vitrine.build.data;

import dev.vitrine.formats.FormatException;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Inputs in a folder: for each input a file of its name, letters outside of {@code a-zA-Z0-9_-}
 * written as {@code _}, as {@code .npy} or raw in {@code .bin}. Several samples are in folders of
 * their own; of a model with one input, any such files are samples.
 */
public final class Samples {
  private Samples() {}

  /**
   * Finds the samples, sorted by name.
   *
   * @return for each its files by input; at least one
   * @throws FormatException when there are none, or one lacks an input
   */
  public static List<Map<String, Path>> find(Path folder, Iterable<String> inputs) {
    if (!Files.isDirectory(folder)) {
      throw new FormatException(folder + ": there is no such folder of samples; check the path");
    }
    List<String> names = new ArrayList<>();
    inputs.forEach(names::add);
    List<Path> all = list(folder);
    List<Path> folders = all.stream().filter(Files::isDirectory).toList();
    List<Map<String, Path>> out = new ArrayList<>();
    if (!folders.isEmpty()) {
      folders.forEach(f -> out.add(sample(f, names)));
      return out;
    }
    List<Path> files = all.stream().filter(f -> isArray(f.toString())).toList();
    if (names.size() == 1 && !files.isEmpty()) {
      files.forEach(f -> out.add(Map.of(names.getFirst(), f)));
      return out;
    }
    return List.of(sample(folder, names));
  }

  /** Reads a sample's inputs, which must be of those types. */
  public static Map<String, Tensor> read(Map<String, Path> files, Map<String, TensorType> types) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    types.forEach((name, type) -> out.put(name, ArrayFile.read(files.get(name), type)));
    return out;
  }

  private static boolean isArray(String name) {
    return name.endsWith(".npy") || name.endsWith(".bin");
  }

  private static Map<String, Path> sample(Path folder, List<String> inputs) {
    Map<String, Path> out = new LinkedHashMap<>();
    for (String input : inputs) {
      String name = input.replaceAll("[^a-zA-Z0-9_-]", "_");
      Path npy = folder.resolve(name + ".npy");
      Path file = Files.exists(npy) ? npy : folder.resolve(name + ".bin");
      if (!Files.exists(file)) {
        throw new FormatException(
            "%s: has no %s.npy or %s.bin for input '%s'; write one"
                .formatted(folder, name, name, input));
      }
      out.put(input, file);
    }
    return out;
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> !f.getFileName().toString().startsWith(".")).sorted().toList();
    } catch (IOException e) {
      throw new FormatException(folder + ": can't be listed (" + e.getMessage() + ")", e);
    }
  }
}
