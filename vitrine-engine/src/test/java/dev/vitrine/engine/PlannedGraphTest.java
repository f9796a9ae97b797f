package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.ProgramVerifier;
import dev.vitrine.compiler.plan.StepText;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Graphs planned and run on the portable and on the best tier against their evaluation, and the
 * steps they take.
 */
class PlannedGraphTest {
  /**
   * @param steps the names of the steps expected, with spaces between
   */
  record Case(String graph, String steps) {
    @Override
    public String toString() {
      return steps + " for " + graph;
    }
  }

  private static Case c(String graph, String steps) {
    return new Case(graph, steps);
  }

  static List<Case> cases() {
    return List.of(
        // Views.
        c("graph (x: f32[2, 6]) -> (y)\n y = Reshape(x, [3, 4]) { allowzero: false }", ""),
        c("graph (x: f32[2, 6]) -> (y)\n y = Transpose(x) { perm: [1, 0] }", "copy"),
        c(
            "graph (x: f32[2, 6, 5]) -> (y)\n a = Slice(x, [-2, 9], [9, 0], [1, 2], [1, -2])\n y = Neg(a)",
            "elementwise"),
        c(
            "graph (x: f32[2, 6, 5]) -> (y, z)\n a, b = Split(x, [4, 2]) { axis: 1, numOutputs: 0 }\n y = Relu(a)\n z = Exp(b)",
            "elementwise elementwise"),
        c(
            "graph (x: f32[2, 6, 5]) -> (y)\n a = Gather(x, -1) { axis: 1 }\n y = Abs(a)",
            "elementwise"),
        c(
            "graph (x: f32[2, 6, 5]) -> (y)\n a = Gather(x, [4, 2, 0]) { axis: 1 }\n y = Abs(a)",
            "elementwise"),
        c("graph (x: f32[2, 6, 5]) -> (y)\n y = Gather(x, [4, 0, 1]) { axis: 1 }", "gather"),
        c(
            "graph (x: i64[2, 6, 5]) -> (y)\n %i: i64[2, 2] = [3, -1, 0, 4]\n y = Gather(x, %i) { axis: 2 }",
            "gather"),
        c(
            "graph (x: f32[2, 1, 5]) -> (y)\n a = Expand(x, [2, 3, 5])\n y = Add(a, x)",
            "elementwise"),
        c("graph (x: f32[2, 3]) -> (y)\n y = Tile(x, [2, 3])", "copy"),
        c(
            "graph (x: f32[2, 3], z: f32[2, 1]) -> (y)\n y = Concat(x, z, x) { axis: -1 }",
            "copy copy copy"),
        c(
            "graph (x: f32[2, 3, 4]) -> (y)\n a = Neg(x)\n b = Softmax(x) { axis: -1 }\n y = Concat(a, x, b) { axis: 1 }",
            "elementwise softmax copy"),
        c(
            "graph (x: f32[2, 3, 4]) -> (y)\n %w: f32[4, 4] = random 1\n a = MatMul(x, %w)\n b = Exp(x)\n d = Concat(a, b) { axis: 2 }\n e = Relu(x)\n f = Concat(e, e) { axis: 2 }\n y = Concat(f, d) { axis: 1 }",
            "product elementwise elementwise copy copy"),
        c(
            "graph (x: f32[2, 3, 5, 4]) -> (y)\n %w: f32[6, 3, 1, 1] = random 1\n a = Conv(x, %w) { autoPad: notset, dilations: [], group: 1, kernelShape: [1, 1], pads: [], strides: [] }\n b = Neg(x)\n d = Concat(a, b) { axis: 1 }\n y = Relu(d)",
            "convolution elementwise copy elementwise copy"),
        c(
            "graph (x: f32[2, 3, 4]) -> (y)\n %w: f32[4, 4] = random 1\n a = MatMul(x, %w)\n y = Concat(a, x) { axis: 1 }",
            "product copy"),
        c(
            "graph (x: i64[2, 3]) -> (y)\n a = Add(x, x)\n b = Mul(x, x)\n y = Concat(a, b) { axis: 1 }",
            "reference_Add reference_Mul copy copy"),
        c(
            "graph (x: f32[2, 5]) -> (y)\n y = Pad(x, [1, -1, 0, 2], 3.5, _) { mode: constant }",
            "fill copy"),
        c(
            "graph (x: f32[2, 5]) -> (y)\n y = Pad(x, [1, 2], _, [1]) { mode: edge }",
            "reference_Pad"),
        c(
            "graph (x: f32[2, 1, 5]) -> (y)\n a = Squeeze(x, [1])\n b = Unsqueeze(a, [0])\n y = Identity(b)",
            ""),
        // Elementwise.
        c(
            "graph (x: f32[4, 5], z: f32[5]) -> (y)\n a = Mul(x, 2.0)\n b = Add(a, z)\n c = Sigmoid(b)\n y = Mul(c, x)",
            "elementwise"),
        c(
            "graph (x: f32[4, 5]) -> (y)\n a = Mul(x, 2.0)\n y = Mul(a, a)",
            "elementwise elementwise"),
        c(
            "graph (x: f32[4, 5], z: f32[1, 5]) -> (y)\n a = Exp(z)\n y = Add(x, a)",
            "elementwise elementwise"),
        c(
            "graph (x: f32[4, 5]) -> (y, a)\n a = Mul(x, 2.0)\n y = Add(a, 1.0)",
            "elementwise elementwise"),
        c(
            "graph (x: f32[4, 5]) -> (y)\n a = Clip(x, -0.5, 0.7)\n b = LeakyRelu(a) { alpha: 0.1 }\n c = HardSwish(b)\n d = Pow(c, 2.0)\n y = Softplus(d)",
            "elementwise elementwise elementwise elementwise"),
        c(
            "graph (x: f32[4, 5]) -> (y)\n a = Elu(x) { alpha: 1.5 }\n b = HardSigmoid(a) { alpha: 0.3, beta: 0.4 }\n c = Gelu(b) { approximate: tanh }\n y = Max(c, x, 0.1)",
            "elementwise elementwise"),
        c(
            "graph (x: f32[2, 3, 4, 5]) -> (y)\n %s: f32[3] = [1.0, -2.0, 0.5]\n %b: f32[3] = [0.1, 0.2, 0.3]\n %m: f32[3] = [0.5, 0.0, 1.0]\n %v: f32[3] = [1.0, 2.0, 0.5]\n y = BatchNormalization(x, %s, %b, %m, %v) { epsilon: 1.0e-5, momentum: 0.9, trainingMode: false }",
            "elementwise"),
        // Bytes, backwards, transposed, looked up where they are read.
        c(
            "graph (x: u8[1, 5, 6, 3]) -> (y)\n %t: f32[3, 256] = random 1\n %w: f32[8, 3, 2, 3] = random 2\n a = Gather(x, [2, 1, 0]) { axis: 3 }\n b = Lookup(a, %t) { axis: 3 }\n c = Transpose(b) { perm: [0, 3, 1, 2] }\n y = PatchEmbedding(c, %w) { patchH: 2, patchW: 3 }",
            "convolution"),
        c(
            "graph (x: u8[1, 2, 5, 6]) -> (y)\n %t: f32[2, 256] = random 1\n %w: f32[4, 1, 3, 3] = random 2\n b = Lookup(x, %t) { axis: 1 }\n c = Transpose(b) { perm: [0, 2, 3, 1] }\n y = ChannelsLastConv(c, %w) { strides: [2, 1], pads: [1, 1, 1, 1], dilations: [1, 1], group: 2, activation: relu }",
            "convolution_relu"),
        c(
            "graph (x: u8[2, 3, 5, 6]) -> (y)\n %t: f32[3, 256] = random 1\n a = Lookup(x, %t) { axis: 1 }\n y = Relu(a)",
            "convolution elementwise copy"),
        c("graph (x: f32[4, 6]) -> (y)\n y = Gate(x) { activation: silu }", "elementwise"),
        c("graph (x: i64[4]) -> (y)\n y = Add(x, x)", "reference_Add"),
        // Products.
        c(
            "graph (x: f32[2, 3, 5]) -> (y)\n %w: f32[5, 4] = random 1\n y = MatMul(x, %w)",
            "product"),
        c("graph (x: f32[2, 3, 5], w: f32[2, 5, 4]) -> (y)\n y = MatMul(x, w)", "product"),
        c("graph (x: f32[5], w: f32[2, 5, 4]) -> (y)\n y = MatMul(x, w)", "product"),
        c("graph (x: f32[3, 1, 2, 5], w: f32[5]) -> (y)\n y = MatMul(x, w)", "product"),
        c("graph (x: f32[1, 2, 5], w: f32[3, 5, 4]) -> (y)\n y = MatMul(x, w)", "product"),
        c(
            "graph (x: f32[5, 3]) -> (y)\n %w: f32[4, 5] = random 1\n %b: f32[1, 4] = random 2\n y = Gemm(x, %w, %b) { alpha: 1.0, beta: 1.0, transA: true, transB: true }",
            "product_bias"),
        c(
            "graph (x: f32[3, 5], z: f32[3, 4]) -> (y)\n %w: f32[5, 4] = random 1\n y = Gemm(x, %w, z) { alpha: 1.0, beta: 1.0, transA: false, transB: false }",
            "product_residual"),
        c(
            "graph (x: f32[3, 5]) -> (y)\n %w: f32[5, 4] = random 1\n y = Gemm(x, %w) { alpha: 2.0, beta: 1.0, transA: false, transB: false }",
            "reference_Gemm"),
        c(
            "graph (x: f32[2, 7, 5], r: f32[2, 7, 6]) -> (y)\n %w: f32[5, 6] = random 1\n %b: f32[6] = random 2\n y = Linear(x, %w, %b, r) { activation: gelu }",
            "product_bias_gelu_residual"),
        c(
            "graph (x: f32[2, 7, 5]) -> (y)\n a = Slice(x, [1], [7], [1])\n %w: f32[5, 6] = random 1\n y = Linear(a, %w) { activation: relu }",
            "product_relu"),
        c(
            "graph (x: f32[5]) -> (y)\n %w: f32[5, 6] = random 1\n y = Linear(x, %w) { activation: none }",
            "product"),
        // Attention, from one product's output.
        c(
            "graph (x: f32[2, 7, 36]) -> (y)\n q, k, v = Split(x) { axis: -1, numOutputs: 3 }\n %b: f32[1, 3, 7, 7] = random 3\n y = FusedAttention(q, k, v, %b) { heads: 3, scale: 0.5 }",
            "attention_bias"),
        c(
            "graph (x: f32[2, 7, 3, 8]) -> (y)\n q, k, v = Split(x) { axis: 2, numOutputs: 3 }\n a = Squeeze(q, [2])\n b = Squeeze(k, [2])\n c = Squeeze(v, [2])\n y = FusedAttention(a, b, c) { heads: 2, scale: 0.5 }",
            "attention"),
        // Rows.
        c(
            "graph (x: f32[2, 7, 5]) -> (y)\n %g: f32[5] = random 1\n y = LayerNormalization(x, %g) { axis: -1, epsilon: 1.0e-5, stashType: f32 }",
            "layer_norm"),
        c(
            "graph (x: f32[2, 7, 5]) -> (y)\n %g: f32[7, 5] = random 1\n %b: f32[7, 5] = random 2\n a = Transpose(x) { perm: [0, 2, 1] }\n c = Transpose(a) { perm: [0, 2, 1] }\n y = LayerNormalization(c, %g, %b) { axis: 1, epsilon: 1.0e-5, stashType: f32 }",
            "layer_norm"),
        c("graph (x: f32[2, 7, 5]) -> (y)\n y = Softmax(x) { axis: 1 }", "softmax"),
        c(
            "graph (x: f32[2, 7, 5]) -> (y)\n y = ReduceMean(x, [1]) { keepdims: false, noopWithEmptyAxes: false }",
            "reduce_mean"),
        c(
            "graph (x: f32[2, 7, 5]) -> (y)\n y = ReduceSum(x, [0, -1]) { keepdims: true, noopWithEmptyAxes: false }",
            "reduce_sum"),
        c(
            "graph (x: f32[2, 7, 5]) -> (y)\n y = ReduceMax(x) { keepdims: false, noopWithEmptyAxes: false }",
            "reduce_max"),
        c(
            "graph (x: f32[2, 7, 5]) -> (y)\n y = ArgMax(x) { axis: 1, keepdims: true, selectLastIndex: false }",
            "reduce_arg_max"),
        c("graph (x: f32[2, 3, 4, 5]) -> (y)\n y = GlobalAveragePool(x)", "reduce_mean"),
        // Pictures.
        c(
            "graph (x: f32[2, 3, 28, 42]) -> (y)\n %w: f32[6, 3, 14, 14] = random 1\n %b: f32[6] = random 2\n y = PatchEmbedding(x, %w, %b) { patchH: 14, patchW: 14 }",
            "convolution_bias"),
        c(
            "graph (x: f32[2, 4, 9, 8]) -> (y)\n %w: f32[6, 2, 3, 2] = random 1\n %b: f32[6] = random 2\n a = Conv(x, %w, %b) { autoPad: notset, dilations: [1, 2], group: 2, kernelShape: [], pads: [1, 0, 1, 2], strides: [2, 1] }\n r = Relu(a)\n y = Flatten(r) { axis: 2 }",
            "convolution_bias elementwise copy"),
        c(
            "graph (x: f32[2, 4, 9, 8]) -> (y)\n %w: f32[4, 1, 3, 3] = random 1\n y = Conv(x, %w) { autoPad: same_upper, dilations: [], group: 4, kernelShape: [3, 3], pads: [], strides: [2, 2] }",
            "depthwise copy"),
        c(
            "graph (x: f32[2, 6, 5, 4]) -> (y)\n %w: f32[8, 4, 1, 1] = random 1\n y = ChannelsLastConv(x, %w) { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1, activation: relu }",
            "product_relu"),
        c(
            "graph (x: f32[2, 3, 9, 8]) -> (y)\n y = MaxPool(x) { autoPad: notset, ceilMode: true, dilations: [], kernelShape: [3, 3], pads: [1, 1, 1, 1], storageOrder: 0, strides: [2, 2] }",
            "max_pool copy"),
        c(
            "graph (x: f32[2, 3, 9, 8]) -> (y)\n y = AveragePool(x) { autoPad: notset, ceilMode: false, countIncludePad: false, dilations: [], kernelShape: [3, 2], pads: [1, 1, 0, 1], strides: [2, 2] }",
            "average_pool copy"),
        c(
            "graph (x: f32[2, 3, 5, 6]) -> (y)\n y = Resize(x, _, _, [2, 3, 9, 13]) { antialias: false, axes: [], coordinateTransformationMode: half_pixel, cubicCoeffA: -0.75, excludeOutside: false, extrapolationValue: 0.0, keepAspectRatioPolicy: stretch, mode: linear, nearestMode: floor }",
            "resample"),
        c(
            "graph (x: f32[2, 5, 6, 13]) -> (y)\n a = Transpose(x) { perm: [0, 3, 1, 2] }\n y = Resize(a, _, _, [3, 9]) { antialias: true, axes: [2, 3], coordinateTransformationMode: half_pixel, cubicCoeffA: -0.5, excludeOutside: true, extrapolationValue: 0.0, keepAspectRatioPolicy: stretch, mode: cubic, nearestMode: floor }",
            "resample copy"),
        c(
            "graph (x: f32[2, 3, 5, 6]) -> (y)\n %s: f32[4] = [1.0, 1.0, 2.0, 2.0]\n y = Resize(x, _, %s) { antialias: false, axes: [], coordinateTransformationMode: asymmetric, cubicCoeffA: -0.75, excludeOutside: false, extrapolationValue: 0.0, keepAspectRatioPolicy: stretch, mode: nearest, nearestMode: floor }",
            "resample"),
        // Outputs that are no step's.
        c("graph (x: f32[2, 3]) -> (x, y)\n %c: f32[2] = [1.0, 2.0]\n y = Identity(%c)", ""));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void runsAsItEvaluates(Case c) {
    Graph graph = GraphParser.parse(c.graph(), List.of("dev.vitrine.compiler.fused"));
    Map<String, Tensor> inputs = Inputs.random(graph, 11);
    Program program = Planner.plan(graph);
    ProgramVerifier.check(program);
    assertThat(
            String.join(" ", program.steps().stream().map(t -> StepText.name(t.step())).toList()))
        .as(program.toString())
        .isEqualTo(c.steps());
    Map<String, Tensor> expected = Evaluator.run(graph, inputs);
    for (Tier tier : List.of(Tier.PORTABLE, Tier.AUTO, Tier.REFERENCE)) {
      Program p = tier == Tier.REFERENCE ? Planner.reference(graph) : program;
      Options options = Options.defaults().threads(2).tier(tier).warnings(_ -> {});
      try (Session session = Session.of(p, options)) {
        Inputs.assertClose(session.run(inputs), expected, 1e-4);
      }
    }
  }
}
