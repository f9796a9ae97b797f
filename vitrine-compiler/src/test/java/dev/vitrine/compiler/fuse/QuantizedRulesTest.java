package dev.vitrine.compiler.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.check.Difference;
import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.compiler.rewrite.PassManager;
import dev.vitrine.compiler.simplify.Simplifier;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models with QuantizeLinear and DequantizeLinear as other tools write them. */
class QuantizedRulesTest {
  private static final String Q =
      "{ axis: 1, blockSize: 0, outputDtype: null, precision: null, saturate: true }";
  private static final String D = "{ axis: 1, blockSize: 0, outputDtype: null }";
  private static final String D0 = "{ axis: 0, blockSize: 0, outputDtype: null }";

  /** The scale and zero point of DynamicQuantizeLinear. */
  private static final String RANGE =
      "ReduceMin ReduceMax ReduceMin ReduceMax Min Max Sub Max Div Neg Div Clip Round";

  private static final String CONSTANTS =
      """
        %w: i8[4, 3] = [1, -63, 5, 60, 7, 0, -5, 127, 33, 1, 2, -127]
        %u: u8[4, 3] = [129, 65, 133, 188, 135, 128, 123, 255, 161, 129, 130, 1]
        %wt: i8[3, 4] = [1, 60, -5, 1, -63, 7, 127, 2, 5, 0, 33, -127]
        %full: i8[4, 3] = [1, -128, 5, 60, 7, 0, -5, 127, 33, 1, 2, -127]
        %s3: f32[3] = [0.5, 0.25, 0.125]
        %b: f32[3] = [1, -1, 0.5]
        %ib: i32[3] = [10, -3, 7]
        %sx: f32[] = [0.02]
        %sw: f32[] = [0.01]
        %z8: u8[] = [131]
        %z128: u8[] = [128]
        %z16: u16[] = [4000]
        %zi: i8[] = [3]
        %z0: i8[] = [0]
        %z3: i8[3] = [0, 0, 0]
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          q = Quant(x, %sx, %z8) / a = Deq(q, %sx, %z8) / m = Deq(%w, %s3, %z3) / p = MatMul(a, m) / c = Deq(%ib, %sw) / y = Add(p, c) | QuantizeLinear QuantizedLinear
          q = Quant(x, %sx, %zi) / a = Deq(q, %sx, %zi) / m = Deq(%w, %sw, %z0) / p = MatMul(a, m) / y = Add(p, %b)                  | QuantizeLinear QuantizedLinear
          q = Quant(x, %sx, %z8) / a = Deq(q, %sx, %z8) / m = Deq(%u, %sw, %z128) / p = MatMul(a, m) / y = Relu(p)                    | QuantizeLinear QuantizedLinear
          q = Quant(x, %sx, %z8) / a = Deq(q, %sx, %z8) / m = Deq0(%wt, %s3) / t = Transpose(m) { perm: [1, 0] } / y = MatMul(a, t)   | QuantizeLinear QuantizedLinear
          q = Quant(x, %sx) / a = Deq(q, %sx) / m = Deq(%w, %sw) / p = MatMul(a, m) / r = Quant(p, %sx, %zi) / y = Deq(r, %sx, %zi)   | QuantizeLinear QuantizedLinear FakeQuantize
          q, s, z = DynamicQuantizeLinear(x) / a = Deq(q, s, z) / m = Deq(%w, %s3) / y = MatMul(a, m)                                | RANGE QuantizeLinear QuantizeLinear QuantizedLinear
          q, s, z = DynamicQuantizeLinear(x) / p = MatMulInteger(q, %w, z, %z0) / c = Float(p) / k = Mul(s, %s3) / y = Mul(c, k) | RANGE QuantizeLinear QuantizeLinear QuantizedLinear
          q, s, z = DynamicQuantizeLinear(x) / p = MatMulInteger(q, %u, z, %z128) / c = Float(p) / k = Mul(s, %sw) / y = Mul(c, k) | RANGE QuantizeLinear QuantizeLinear QuantizedLinear
          q, s, z = DynamicQuantizeLinear(x) / p = MatMulInteger(q, %w, z) / c = Float(p) / y = Mul(c, s)                  | RANGE Div Round Neg Sub Clip Linear Mul
          q, s, z = DynamicQuantizeLinear(x) / p = MatMulInteger(q, %full, z, %z0) / c = Float(p) / k = Mul(s, %sw) / y = Mul(c, k)     | RANGE Div Round Neg Sub Clip Linear Mul Mul
          q = Quant(x, %sx, %z8) / r = QLinearMatMul(q, %sx, %z8, %w, %s3, %z3, %sw, %zi) / y = Deq(r, %sw, %zi)                        | QuantizeLinear QuantizedLinear FakeQuantize
          q = Quant(x, %sx, %z8) / a = Deq(q, %sx, %z8) / t = Transpose(a) { perm: [0, 2, 1] } / r = Quant(t, %sx, %z8) / y = Deq(r, %sx, %z8) | FakeQuantize Transpose
          q = Quant(x, %sx, %z8) / a = Deq(q, %sx, %z8) / t = Transpose(a) { perm: [0, 2, 1] } / r = Quant(t, %sx, %zi) / y = Deq(r, %sx, %zi) | FakeQuantize FakeQuantize Transpose
          q = Quant(x, %sx, %z16) / y = Deq(q, %sx, %z16)                                                                            | FakeQuantize
          q = Quant(x, %sx, %z8) / a = Deq(q, %sx, %z8) / m = Deq(%full, %sw) / y = MatMul(a, m)                                      | FakeQuantize Linear
          m = Deq(%w, %sw) / y = MatMul(x, m)                                                                                        | Linear
          q = Quant(x, %sx, %z8) / y = Deq(q, %sx, %z8)                                                                              | FakeQuantize
          """)
  void products(String nodes, String expected) {
    String text =
        "graph (x: f32[2, 5, 4]) -> (y)\n"
            + CONSTANTS
                .lines()
                .filter(l -> nodes.contains(l.strip().split(":")[0]))
                .collect(Collectors.joining("\n"))
            + "\n"
            + nodes
                .replaceAll("Quant(\\([^)]*\\))", "QuantizeLinear$1 " + Q)
                .replaceAll("Deq(\\([^)]*\\))", "DequantizeLinear$1 " + D)
                .replaceAll("Deq0(\\([^)]*\\))", "DequantizeLinear$1 " + D0)
                .replaceAll(
                    "Float(\\([^)]*\\))", "Cast$1 { to: f32, saturate: true, roundMode: UP }")
                .replace(" / ", "\n");
    Graph g = GraphParser.parse(text, List.of());
    Graph simple = g.copy();
    Simplifier.simplify(simple, Simplifier.Options.defaults());
    same(simple, g);
    Fuser.fuse(simple, PassManager.Options.defaults());
    String operations =
        simple.nodes().stream().map(n -> n.op().name()).collect(Collectors.joining(" "));
    assertThat(operations).isEqualTo(expected.replace("RANGE", RANGE));
    same(simple, g);
  }

  private static void same(Graph actual, Graph expected) {
    Map<String, Tensor> in = RandomInputs.of(expected, Map.of(), 5);
    Difference d =
        Difference.of(
            "y", Evaluator.run(actual, in).get("y"), Evaluator.run(expected, in).get("y"));
    assertThat(d.relativeL2()).as("%s", actual).isLessThan(1e-6);
  }
}
