package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.UnsupportedException;
import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Runs ONNX's own test cases: folders with a {@code model.onnx} and {@code test_data_set_N} folders
 * of {@code input_I.pb} and {@code output_I.pb}, in a ZIP file or a folder.
 */
public final class Conformance {
  /** ONNX's own runner allows bfloat16 two units in the last place; float16 gets the same here. */
  private static final double RELATIVE_BF16 = 1.0 / 64;

  private static final double RELATIVE_F16 = 1.0 / 512;
  private static final double RELATIVE = 1e-3;
  private static final double ABSOLUTE = 1e-7;

  /** Where exact zeros are expected as what is left of a float32 sum. */
  private static final double ABSOLUTE_DFT = 1e-6;

  /** What became of a case. */
  public enum Status {
    PASSED,
    FAILED,
    /** The model needs something that Vitrine doesn't have. */
    UNSUPPORTED
  }

  /**
   * A case's outcome.
   *
   * @param name the name of the case's folder
   * @param operations the types of the model's nodes, sorted
   * @param reason one line; empty when passed
   */
  public record Result(String name, List<String> operations, Status status, String reason) {}

  /** All outcomes, sorted by name. */
  public record Report(List<Result> results) {
    public Report {
      results = List.copyOf(results);
    }

    /** The number of cases with that outcome. */
    public long count(Status status) {
      return results.stream().filter(r -> r.status() == status).count();
    }
  }

  private final Executor executor;

  private Conformance(Executor executor) {
    this.executor = executor;
  }

  /**
   * Runs all cases.
   *
   * @param cases a ZIP file or a folder, with the cases at any depth
   * @param executor throws {@link UnsupportedException} for a graph that it can't run
   * @param each shown every result as it is made
   * @throws FormatException when there are no cases, or the file can't be read
   */
  public static Report run(Path cases, Executor executor, Consumer<Result> each) {
    Conformance c = new Conformance(executor);
    List<Result> results = new ArrayList<>();
    try (ConformanceFiles files = ConformanceFiles.open(cases)) {
      for (String name : files.cases()) {
        Result r = c.run(files, name);
        results.add(r);
        each.accept(r);
      }
    } catch (IOException e) {
      throw new FormatException(cases + ": can't be read: " + e.getMessage(), e);
    }
    if (results.isEmpty()) {
      throw new FormatException(cases + ": holds no folder with a model.onnx");
    }
    return new Report(results);
  }

  private Result run(ConformanceFiles files, String name) throws IOException {
    MemorySegment bytes = files.model(name);
    String file = name + "/model.onnx";
    List<String> operations = List.of();
    try {
      OnnxModel model = ModelParser.parse(file, bytes, new ExternalData(null));
      operations = model.graph().nodes().stream().map(OnnxNode::type).distinct().sorted().toList();
      Graph graph = new GraphImporter(model).graph(Map.of(), List.of());
      for (Path set : files.dataSets(name)) {
        String fault =
            check(
                graph,
                operations,
                ConformanceFiles.tensors(set, "input"),
                ConformanceFiles.tensors(set, "output"));
        if (!fault.isEmpty()) {
          return new Result(name, operations, Status.FAILED, fault);
        }
      }
      return new Result(name, operations, Status.PASSED, "");
    } catch (UnsupportedException e) {
      return new Result(name, operations, Status.UNSUPPORTED, e.getMessage());
    } catch (VitrineException e) {
      return new Result(name, operations, Status.FAILED, e.getMessage());
    } catch (RuntimeException e) {
      return new Result(name, operations, Status.FAILED, e.toString());
    }
  }

  /** What is wrong with the outputs; empty when nothing is. */
  private String check(
      Graph graph,
      List<String> operations,
      SortedMap<Integer, Tensor> in,
      SortedMap<Integer, Tensor> expected) {
    double absolute = operations.equals(List.of("DFT")) ? ABSOLUTE_DFT : ABSOLUTE;
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    List<Value> wanted = graph.inputs();
    in.forEach(
        (i, t) -> {
          if (i < wanted.size()) {
            inputs.put(wanted.get(i).name(), t);
          }
        });
    List<Map.Entry<String, Tensor>> outputs = List.copyOf(executor.run(graph, inputs).entrySet());
    for (var e : expected.entrySet()) {
      if (e.getKey() >= outputs.size()) {
        return "output " + e.getKey() + " is missing";
      }
      var output = outputs.get(e.getKey());
      String fault = difference(output.getValue(), e.getValue(), absolute);
      if (!fault.isEmpty()) {
        return "output '" + output.getKey() + "' " + fault;
      }
    }
    return "";
  }

  /** How a tensor departs from what was expected; empty when it doesn't. */
  private static String difference(Tensor actual, Tensor expected, double absolute) {
    if (!actual.type().equals(expected.type())) {
      return "is " + actual.type() + ", not " + expected.type();
    }
    double relative =
        switch (expected.dtype()) {
          case BF16 -> RELATIVE_BF16;
          case F16 -> RELATIVE_F16;
          default -> RELATIVE;
        };
    for (long i = 0; i < expected.count(); i++) {
      boolean exact = !expected.dtype().isFloat() && actual.integer(i) == expected.integer(i);
      if (!exact && !near(actual.real(i), expected.real(i), relative, absolute)) {
        return "differs at element " + i + ": " + text(actual, i) + ", not " + text(expected, i);
      }
    }
    return "";
  }

  private static boolean near(double a, double b, double relative, double absolute) {
    return Double.compare(a, b) == 0
        || a == b
        || (Double.isFinite(b) && Math.abs(a - b) <= absolute + relative * Math.abs(b));
  }

  private static String text(Tensor t, long i) {
    return t.dtype().isFloat() ? Float.toString((float) t.real(i)) : Long.toString(t.integer(i));
  }
}
