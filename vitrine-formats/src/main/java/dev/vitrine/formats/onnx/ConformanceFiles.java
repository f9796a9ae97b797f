package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import dev.vitrine.graph.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of test cases, in a folder or a ZIP file. */
final class ConformanceFiles implements AutoCloseable {
  private final FileSystem zip;
  private final Map<String, Path> folders = new TreeMap<>();

  private ConformanceFiles(FileSystem zip, Path root) throws IOException {
    this.zip = zip;
    try (Stream<Path> all = Files.walk(root)) {
      all.filter(p -> p.getFileName() != null && p.getFileName().toString().equals("model.onnx"))
          .forEach(p -> folders.put(p.getParent().getFileName().toString(), p.getParent()));
    }
  }

  static ConformanceFiles open(Path cases) throws IOException {
    if (Files.isDirectory(cases)) {
      return new ConformanceFiles(null, cases);
    }
    if (!Files.exists(cases)) {
      throw new FormatException(cases + ": no such file; check the path");
    }
    try {
      FileSystem zip = FileSystems.newFileSystem(cases);
      return new ConformanceFiles(zip, zip.getPath("/"));
    } catch (ProviderNotFoundException e) {
      throw new FormatException(cases + ": is neither a folder nor a ZIP file", e);
    }
  }

  /** The names of all cases, sorted. */
  List<String> cases() {
    return List.copyOf(folders.keySet());
  }

  MemorySegment model(String name) throws IOException {
    return bytes(folders.get(name).resolve("model.onnx"));
  }

  /** The folders with inputs and outputs, sorted. */
  List<Path> dataSets(String name) throws IOException {
    try (Stream<Path> all = Files.list(folders.get(name))) {
      return all.filter(p -> p.getFileName().toString().startsWith("test_data_set_"))
          .sorted()
          .toList();
    }
  }

  /** The tensors of a data set by number. */
  static SortedMap<Integer, Tensor> tensors(Path set, String kind) throws IOException {
    Pattern number = Pattern.compile(kind + "_(\\d{1,4})\\.pb");
    SortedMap<Integer, Tensor> out = new TreeMap<>();
    try (Stream<Path> all = Files.list(set)) {
      for (Path p : all.toList()) {
        Matcher m = number.matcher(p.getFileName().toString());
        if (m.matches()) {
          out.put(Integer.parseInt(m.group(1)), OnnxReader.tensor(p.toString(), bytes(p)));
        }
      }
    }
    return out;
  }

  private static MemorySegment bytes(Path p) throws IOException {
    return MemorySegment.ofArray(Files.readAllBytes(p));
  }

  @Override
  public void close() throws IOException {
    if (zip != null) {
      zip.close();
    }
  }
}
