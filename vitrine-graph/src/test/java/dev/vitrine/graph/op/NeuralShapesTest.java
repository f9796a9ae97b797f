package dev.vitrine.graph.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.GraphParser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is inferred for named sizes, and what is refused. */
final class NeuralShapesTest {
  private static final String CONV =
      "autoPad: %s, dilations: [%s], group: %s, kernelShape: [], pads: [%s], strides: [%s]";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          notset, 1, 1, 0;0, 14 | x: f32[n, 1, w], k: f32[2, 1, 14] | f32[n, 2, ⌊w/14⌋]
          notset, 1, 1, 0;0, 4 | x: f32[n, 1, 4·w], k: f32[2, 1, 4] | f32[n, 2, w]
          notset, 1, 1, 1;1, 2 | x: f32[n, 1, 2·w], k: f32[2, 1, 3] | f32[n, 2, w]
          notset, 1, 1, 3;3, 4 | x: f32[n, 1, w], k: f32[2, 1, 7] | f32[n, 2, ⌊(w+3)/4⌋]
          notset, 2, 1, 2;2, 1 | x: f32[n, 1, w], k: f32[2, 1, 3] | f32[n, 2, w]
          notset, 1, 1, 0;0, 1 | x: f32[n, 1, w], k: f32[2, 1, 3] | f32[n, 2, w-2]
          same_upper, 1, 1, 0;0, 2 | x: f32[n, 1, w], k: f32[2, 1, 3] | f32[n, 2, ⌊(w+1)/2⌋]
          valid, 1, 2, 9;9, 1 | x: f32[n, 4, 9], k: f32[2, 2, 3] | f32[n, 2, 7]
          """)
  void convolution(String attributes, String inputs, String type) {
    Object[] values = attributes.replace(";", "~").split(", ");
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i].toString().replace("~", ", ");
    }
    check("Conv(x, k) { " + CONV.formatted(values) + " }", inputs, type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MatMul(x, w) | x: f32[n, 3, 4], w: f32[4, 5] | f32[n, 3, 5]
          MatMul(x, w) | x: f32[n, h, t, 4], w: f32[n, h, 4, t] | f32[n, h, t, t]
          Einsum(x, w) { equation: "bqd,bkd->bqk" } | x: f32[n, t, 4], w: f32[n, u, 4] | f32[n, t, u]
          AveragePool(x) { autoPad: notset, ceilMode: true, countIncludePad: false, dilations: [], kernelShape: [2], pads: [], strides: [2] } | x: f32[n, 3, w] | f32[n, 3, ⌊(w+1)/2⌋]
          MaxPool(x) { autoPad: notset, ceilMode: true, dilations: [], kernelShape: [3], pads: [1, 1], storageOrder: 0, strides: [2] } | x: f32[n, 3, w] | f32[n, 3, ⌊w/2⌋+1]
          GlobalAveragePool(x) | x: f32[n, c, h, w] | f32[n, c, 1, 1]
          ConvTranspose(x, w) { autoPad: notset, dilations: [], group: 1, kernelShape: [], outputPadding: [], outputShape: [], pads: [], strides: [4] } | x: f32[n, 2, t], w: f32[2, 3, 4] | f32[n, 3, 4·t]
          ConvTranspose(x, w) { autoPad: notset, dilations: [], group: 1, kernelShape: [], outputPadding: [], outputShape: [], pads: [1, 1], strides: [2] } | x: f32[n, 2, t], w: f32[2, 3, 3] | f32[n, 3, 2·t-1]
          LayerNormalization(x, w) { axis: -1, epsilon: 1.0e-6, stashType: f32 } | x: f32[n, t, 4], w: f32[4] | f32[n, t, 4]
          GridSample(x, g) { alignCorners: false, mode: linear, paddingMode: zeros } | x: f32[n, 2, 5, 6], g: f32[n, h, w, 2] | f32[n, 2, h, w]
          Attention(x, k, k) { isCausal: false, kvNumHeads: 2, leftWindowSize: -1, qNumHeads: 4, qkMatmulOutputMode: 0, rightWindowSize: -1, scale: 0.0, softcap: 0.0, softmaxPrecision: null } | x: f32[n, t, 8], k: f32[n, u, 4] | f32[n, t, 8]
          RotaryEmbedding(x, c, c) { interleaved: false, numHeads: 2, rotaryEmbeddingDim: 0 } | x: f32[n, t, 8], c: f32[n, t, 2] | f32[n, t, 8]
          LSTM(x, w, r) { activationAlpha: [], activationBeta: [], activations: [], clip: 0.0, direction: bidirectional, hiddenSize: 3, inputForget: false, layout: 0 } | x: f32[t, n, 2], w: f32[2, 12, 2], r: f32[2, 12, 3] | f32[t, 2, n, 3]
          MatMulInteger(x, w) | x: u8[n, 4], w: i8[4, 5] | i32[n, 5]
          DFT(x) { inverse: false, onesided: true } | x: f32[n, t, 1] | f32[n, ⌊t/2⌋+1, 2]
          """)
  void others(String node, String inputs, String type) {
    check(node, inputs, type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          f32[4][1.0, 1.0, 2.0, 3.0] | f32[n, 1, 2·h, 3·w]
          f32[4][1.0, 1.0, 0.5, 0.25] | f32[n, 1, ⌊h/2⌋, ⌊w/4⌋]
          """)
  void resizeByScales(String scales, String type) {
    String constant = scales.replace("][", "] = [");
    check(
        "Resize(x, _, %s) { antialias: false, axes: [], coordinateTransformationMode: half_pixel, cubicCoeffA: -0.75, excludeOutside: false, extrapolationValue: 0.0, keepAspectRatioPolicy: stretch, mode: linear, nearestMode: floor }",
        "x: f32[n, 1, h, w]", type, "%s: " + constant);
  }

  private static void check(String node, String inputs, String type) {
    check(node, inputs, type, "");
  }

  private static void check(String node, String inputs, String type, String constant) {
    String text = "graph (%s) -> (y)\n  %s\n  y = %s".formatted(inputs, constant, node);
    Graph graph = GraphParser.parse(text);
    assertThat(graph.outputs().get("y").type()).hasToString(type);
    for (long seed = 0; seed < 4; seed++) {
      Soundness.check(graph, 14, 24, seed);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          MatMul(x, w) | x: f32[2, 3], w: f32[4, 5] | the inner sizes differ: 3 is not 4
          MatMul(x, w) | x: f32[], w: f32[4] | a scalar has no matrix product
          Gemm(x, w) { alpha: 1.0, beta: 1.0, transA: false, transB: true } | x: f32[2, 3], w: f32[3, 4] | the inner sizes differ: 3 is not 4
          Einsum(x, w) { equation: "ij" } | x: f32[2, 3], w: f32[3, 4] | 'ij' has not 2 terms
          Einsum(x) { equation: "ij->k" } | x: f32[2, 3] | 'ij->k': no term has 'k'
          GlobalMaxPool(x) | x: f32[2, 3] | input 0 is [2, 3]; it needs 3 dimensions or more
          MaxUnpool(x, i) { kernelShape: [2], pads: [], strides: [] } | x: f32[2, 3], i: i64[2, 3] | input 0 is [2, 3]; it needs 3 dimensions
          GroupNormalization(x, w, w) { epsilon: 0.1, numGroups: 2, stashType: f32 } | x: f32[2, 3], w: f32[3] | 3 channels don't make 2 groups
          BatchNormalization(x, w, w, w, w) { epsilon: 0.1, momentum: 0.9, trainingMode: false } | x: f32[2, 3], w: f32[2] | input 1 has another length: 2 is not 3
          Attention(x, x, x) { isCausal: false, kvNumHeads: 3, leftWindowSize: -1, qNumHeads: 3, qkMatmulOutputMode: 0, rightWindowSize: -1, scale: 0.0, softcap: 0.0, softmaxPrecision: null } | x: f32[1, 2, 8] | 8 is not a number of 3 heads
          QuantizeLinear(x, s) { axis: 0, blockSize: 0, outputDtype: null, precision: null, saturate: true } | x: f32[2, 3], s: f32[3] | the scale's length differs: 3 is not 2
          QuantizeLinear(x, s) { axis: 0, blockSize: 2, outputDtype: null, precision: null, saturate: true } | x: f32[4, 3], s: f32[2, 2] | scale [2, 2] isn't blocks of [4, 3]
          AveragePool(x) { autoPad: notset, ceilMode: false, countIncludePad: false, dilations: [], kernelShape: [9], pads: [], strides: [] } | x: f32[1, 1, 8] | the window [9] is larger than the input of 8
          AveragePool(x) { autoPad: notset, ceilMode: false, countIncludePad: false, dilations: [], kernelShape: [2], pads: [1], strides: [] } | x: f32[1, 1, 8] | pads needs 2 numbers, not [1]
          AveragePool(x) { autoPad: notset, ceilMode: false, countIncludePad: false, dilations: [], kernelShape: [2], pads: [], strides: [0] } | x: f32[1, 1, 8] | strides and dilations start at 1
          """)
  void refused(String node, String inputs, String message) {
    assertThatThrownBy(
            () -> GraphParser.parse("graph (%s) -> (y)\n y = %s".formatted(inputs, node)))
        .isInstanceOf(GraphException.class)
        .hasMessageStartingWith("node 'y'")
        .hasMessageEndingWith(message);
  }
}
