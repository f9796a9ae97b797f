package dev.vitrine.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.formats.onnx.Conformance.Result;
import dev.vitrine.formats.onnx.Conformance.Status;
import dev.vitrine.graph.Evaluator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConformanceTest {
  private static final Path ROOT = Path.of(System.getProperty("vitrine.root"));

  @Test
  void nodeCases() {
    Conformance.Report report =
        Conformance.run(ROOT.resolve("testdata/onnx/onnx_node_tests.zip"), Evaluator::run, _ -> {});
    Map<String, Integer> reasons = new TreeMap<>();
    List<Result> failed = new ArrayList<>();
    for (Result r : report.results()) {
      if (r.status() == Status.FAILED) {
        failed.add(r);
      }
      if (System.getProperty("dump") != null) {
        System.out.println(r.status() + " " + r.name() + " " + r.operations() + " " + r.reason());
      }
    }
    System.out.println("PASSED " + report.count(Status.PASSED) + " " + report.count(Status.FAILED) + " " + report.count(Status.UNSUPPORTED));
    assertThat(failed).hasSizeLessThan(11);
  }
}
