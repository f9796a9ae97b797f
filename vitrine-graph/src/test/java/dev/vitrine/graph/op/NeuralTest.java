package dev.vitrine.graph.op;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products, windows, normalisation and sampling: corners worked out by hand. */
final class NeuralTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MatMul | f32[2] 1 2; f32[2 3] 1 2 3 4 5 6 | f32[3] 9 12 15
          MatMul | f32[2] 1 2; f32[2] 3 4 | f32[] 11
          MatMul | f32[2 1 2] 1 2 3 4; f32[2 1] 10 1 | f32[2 1 1] 12 34
          MatMul | i32[1 2] 2147483647 1; i32[2 1] 1 1 | i32[1 1] -2147483648
          MatMul | i64[1 1] 9007199254740993; i64[1 1] 1 | i64[1 1] 9007199254740993
          MatMul | f32[2 0]; f32[0 1] | f32[2 1] 0 0
          Gemm { alpha: 2.0, beta: 3.0, transA: true, transB: true } | f32[2 1] 1 2; f32[2 2] 1 2 3 4; f32[2] 1 -1 | f32[1 2] 13 19
          Gemm { alpha: 1.0, beta: 1.0, transA: false, transB: false } | f32[2 1] 1 2; f32[1 2] 1 2; f32[2 1] 10 20 | f32[2 2] 11 12 22 24
          Einsum { equation: "ii" } | f32[2 2] 1 2 3 4 | f32[] 5
          Einsum { equation: "ii->i" } | f32[2 2] 1 2 3 4 | f32[2] 1 4
          Einsum { equation: "ij, jk" } | f32[1 2] 1 2; f32[2 1] 3 4 | f32[1 1] 11
          Einsum { equation: "ba,ca" } | f32[1 2] 1 2; f32[1 2] 3 4 | f32[1 1] 11
          Einsum { equation: "...i,i...->..." } | f32[2 2] 1 2 3 4; f32[2] 1 10 | f32[2] 21 43
          MatMulInteger | u8[1 2] 0 255; i8[2 1] -1 1; u8[] 255; i8[1] 1 | i32[1 1] 510
          MatMulInteger | u8[2 1] 1 1; u8[1 2] 1 1; u8[2] 0 1; u8[2] 0 2 | i32[2 2] 1 -1 0 0
          QLinearMatMul | u8[1 1] 3; f32[] 0.5; u8[] 1; u8[1 2] 2 9; f32[] 1; u8[] 0; f32[] 1; u8[] 254 | u8[1 2] 255 255
          """)
  void products(String op, String inputs, String outputs) {
    check(op, inputs, outputs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Conv { autoPad: notset, dilations: [2], group: 1, kernelShape: [], pads: [1, 0], strides: [2] } | f32[1 1 5] 1 2 3 4 5; f32[1 1 2] 1 10; f32[1] 100 | f32[1 1 2] 120 142
          Conv { autoPad: same_upper, dilations: [], group: 1, kernelShape: [2], pads: [], strides: [] } | f32[1 1 3] 1 2 3; f32[1 1 2] 1 10 | f32[1 1 3] 21 32 3
          Conv { autoPad: same_lower, dilations: [], group: 1, kernelShape: [2], pads: [], strides: [] } | f32[1 1 3] 1 2 3; f32[1 1 2] 1 10 | f32[1 1 3] 10 21 32
          Conv { autoPad: valid, dilations: [], group: 2, kernelShape: [], pads: [9, 9], strides: [] } | f32[1 2 2] 1 2 3 4; f32[2 1 2] 1 1 1 10 | f32[1 2 1] 3 43
          Conv { autoPad: notset, dilations: [], group: 1, kernelShape: [], pads: [], strides: [2, 1] } | f32[1 1 3 2] 1 2 3 4 5 6; f32[1 1 1 2] 1 10 | f32[1 1 2 1] 21 65
          ConvTranspose { autoPad: notset, dilations: [], group: 1, kernelShape: [], outputPadding: [1], outputShape: [], pads: [1, 0], strides: [2] } | f32[1 1 2] 1 2; f32[1 1 3] 1 10 100; f32[1] 0.5 | f32[1 1 5] 10.5 102.5 20.5 200.5 0.5
          ConvTranspose { autoPad: same_upper, dilations: [], group: 1, kernelShape: [], outputPadding: [], outputShape: [], pads: [], strides: [2] } | f32[1 1 2] 1 2; f32[1 1 3] 1 10 100 | f32[1 1 4] 1 10 102 20
          ConvTranspose { autoPad: notset, dilations: [], group: 2, kernelShape: [], outputPadding: [], outputShape: [], pads: [], strides: [] } | f32[1 2 1] 1 2; f32[2 2 1] 1 10 1 10 | f32[1 4 1] 1 10 2 20
          DeformConv { dilations: [], group: 1, kernelShape: [], offsetGroup: 1, pads: [], strides: [] } | f32[1 1 1 3] 1 2 4; f32[1 1 1 1] 1; f32[1 2 1 3] 0 0 0 0.5 -1 0.5; _; f32[1 1 1 3] 1 1 2 | f32[1 1 1 3] 1.5 1 4
          ConvInteger { autoPad: notset, dilations: [], group: 1, kernelShape: [], pads: [1, 0], strides: [] } | u8[1 1 2] 3 4; u8[1 1 2] 1 2; u8[] 2; u8[] 1 | i32[1 1 2] 1 2
          QLinearConv { autoPad: notset, dilations: [], group: 1, kernelShape: [], pads: [], strides: [] } | u8[1 1 2] 3 4; f32[] 1; u8[] 2; i8[2 1 1] 1 2; f32[2] 0.5 1; i8[2] 0 1; f32[] 1; u8[] 10; i32[2] 0 1 | u8[1 2 2] 10 11 12 13
          AveragePool { autoPad: notset, ceilMode: true, countIncludePad: true, dilations: [], kernelShape: [2], pads: [1, 0], strides: [2] } | f32[1 1 4] 1 2 3 4 | f32[1 1 3] 0.5 2.5 4
          AveragePool { autoPad: notset, ceilMode: false, countIncludePad: false, dilations: [], kernelShape: [2], pads: [1, 0], strides: [2] } | f32[1 1 4] 1 2 3 4 | f32[1 1 2] 1 2.5
          AveragePool { autoPad: notset, ceilMode: true, countIncludePad: false, dilations: [], kernelShape: [1], pads: [], strides: [3] } | f32[1 1 3] 1 2 3 | f32[1 1 1] 1
          MaxPool { autoPad: notset, ceilMode: false, dilations: [2], kernelShape: [2], pads: [], storageOrder: 0, strides: [] } | f32[1 2 3] 1 9 1 -1 -9 -2 | f32[1 2 1] 1 -1; i64[1 2 1] 0 3
          MaxPool { autoPad: notset, ceilMode: false, dilations: [], kernelShape: [2, 2], pads: [], storageOrder: 1, strides: [] } | f32[1 1 2 3] 1 2 3 4 5 9 | f32[1 1 1 2] 5 9; i64[1 1 1 2] 3 5
          MaxPool { autoPad: notset, ceilMode: false, dilations: [], kernelShape: [2], pads: [1, 0], storageOrder: 0, strides: [] } | i8[1 1 2] -3 -4 | i8[1 1 2] -3 -3
          MaxUnpool { kernelShape: [2], pads: [], strides: [2] } | f32[1 2 1] 7 8; i64[1 2 1] 1 2; i64[3] 1 2 3 | f32[1 2 3] 0 7 0 8 0 0
          LpPool { autoPad: notset, ceilMode: false, dilations: [], kernelShape: [2], p: 2, pads: [], strides: [] } | f32[1 1 2] 3 -4 | f32[1 1 1] 5
          GlobalAveragePool | f32[1 2 2] 1 2 3 5 | f32[1 2 1] 1.5 4
          GlobalMaxPool | f32[1 2 2] 1 2 -3 -5 | f32[1 2 1] 2 -3
          GlobalLpPool { p: 1 } | f32[1 1 2 2] 1 -2 3 -4 | f32[1 1 1 1] 10
          """)
  void windows(String op, String inputs, String outputs) {
    check(op, inputs, outputs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          LayerNormalization { axis: -1, epsilon: 0.0, stashType: f32 } | f32[2 2] 1 3 5 1; f32[2] 1 2; f32[] 10 | f32[2 2] 9 12 11 8; f32[2 1] 2 3; f32[2 1] 1 0.5
          LayerNormalization { axis: 0, epsilon: 3.0, stashType: f32 } | f32[2 1] 1 3; f32[2 1] 4 2 | f32[2 1] -2 1; f32[1 1] 2; f32[1 1] 0.5
          RMSNormalization { axis: -1, epsilon: 0.0, stashType: f32 } | f32[1 2] 7 -1; f32[2] 1 5 | f32[1 2] 1.4 -1
          InstanceNormalization { epsilon: 0.0 } | f32[1 2 2] 1 3 0 4; f32[2] 1 2; f32[2] 0 1 | f32[1 2 2] -1 1 -1 3
          GroupNormalization { epsilon: 0.0, numGroups: 1, stashType: f32 } | f32[1 2 1] 1 3; f32[2] 1 2; f32[2] 0 1 | f32[1 2 1] -1 3
          BatchNormalization { epsilon: 0.0, momentum: 0.5, trainingMode: false } | f32[1 2] 3 5; f32[2] 2 1; f32[2] 1 0; f32[2] 1 1; f32[2] 4 16 | f32[1 2] 3 1
          BatchNormalization { epsilon: 0.0, momentum: 0.5, trainingMode: true } | f32[2 1] 1 3; f32[1] 2; f32[1] 1; f32[1] 0; f32[1] 3 | f32[2 1] -1 3; f32[1] 1; f32[1] 2
          LpNormalization { axis: 0, p: 2 } | f32[2 2] 3 0 -4 0 | f32[2 2] 0.6 0 -0.8 0
          LpNormalization { axis: -1, p: 1 } | f32[1 2] 1 -3 | f32[1 2] 0.25 -0.75
          MeanVarianceNormalization { axes: [0, 2] } | f32[2 1 1] 1 3 | f32[2 1 1] -1 1
          LRN { alpha: 2.0, beta: 1.0, bias: 1.0, size: 2 } | f32[1 3 1] 1 2 3 | f32[1 3 1] 0.16666667 0.14285715 0.3
          QuantizeLinear { axis: 1, blockSize: 0, outputDtype: null, precision: null, saturate: true } | f32[5] 0.5 1.5 2.5 -9 999; f32[] 1; u8[] 1 | u8[5] 1 3 3 0 255
          QuantizeLinear { axis: 1, blockSize: 0, outputDtype: i8, precision: null, saturate: true } | f32[2 2] 1 1 -1 -1; f32[2] 0.5 0.25 | i8[2 2] 2 4 -2 -4
          QuantizeLinear { axis: -1, blockSize: 2, outputDtype: i16, precision: null, saturate: true } | f32[1 3] 1 1 1; f32[1 2] 1 0.5 | i16[1 3] 1 1 2
          DequantizeLinear { axis: 0, blockSize: 0, outputDtype: null } | u8[2 2] 1 2 3 4; f32[2] 1 10; u8[2] 1 3 | f32[2 2] 0 1 0 10
          DequantizeLinear { axis: 1, blockSize: 2, outputDtype: f16 } | i8[1 4] 1 2 3 4; f32[1 2] 1 0.5 | f16[1 4] 1 2 1.5 2
          DynamicQuantizeLinear | f32[2] 51 102 | u8[2] 128 255; f32[] 0.4; u8[] 0
          DynamicQuantizeLinear | f32[1] 0 | u8[1] 0; f32[] 0.003921569; u8[] 0
          """)
  void normalisation(String op, String inputs, String outputs) {
    check(op, inputs, outputs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          false, [], half_pixel, -0.75, false, 0.0, stretch, linear, floor | f32[1 2] 0 4; _; _; i64[2] 1 4 | f32[1 4] 0 1 3 4
          false, [1], align_corners, -0.75, false, 0.0, stretch, linear, floor | f32[1 2] 0 3; _; f32[1] 2 | f32[1 4] 0 1 2 3
          false, [], asymmetric, -0.75, false, 0.0, stretch, linear, floor | f32[2] 0 4; _; f32[1] 2 | f32[4] 0 2 4 4
          false, [], pytorch_half_pixel, -0.75, false, 0.0, stretch, linear, floor | f32[2] 3 4; _; _; i64[1] 1 | f32[1] 3
          true, [], half_pixel, -0.75, false, 0.0, stretch, linear, floor | f32[4] 0 0 8 0; _; f32[1] 0.5 | f32[2] 1 3
          true, [], half_pixel, -0.75, true, 0.0, stretch, linear, floor | f32[4] 0 0 7 0; _; f32[1] 0.5 | f32[2] 1 3
          false, [], asymmetric, -0.5, false, 0.0, stretch, cubic, floor | f32[4] 0 0 16 0; _; f32[1] 2 | f32[8] 0 -1 0 9 16 9 0 -1
          false, [], asymmetric, -0.75, false, 0.0, stretch, nearest, floor | f32[2] 1 2; _; f32[1] 2 | f32[4] 1 1 2 2
          false, [], asymmetric, -0.75, false, 0.0, stretch, nearest, ceil | f32[2] 1 2; _; f32[1] 2 | f32[4] 1 2 2 2
          false, [], asymmetric, -0.75, false, 0.0, stretch, nearest, round_prefer_floor | f32[3] 1 2 3; _; f32[1] 2 | f32[6] 1 1 2 2 3 3
          false, [], asymmetric, -0.75, false, 0.0, stretch, nearest, round_prefer_ceil | f32[3] 1 2 3; _; f32[1] 2 | f32[6] 1 2 2 3 3 3
          false, [], tf_crop_and_resize, -0.75, false, 9.0, stretch, linear, floor | f32[3] 0 2 4; f32[2] 0.5 1.5; _; i64[1] 3 | f32[3] 2 4 9
          false, [0, 1], asymmetric, -0.75, false, 0.0, not_larger, nearest, floor | f32[1 2] 1 2; _; _; i64[2] 2 8 | f32[2 4] 1 1 2 2 1 1 2 2
          false, [1], asymmetric, -0.75, false, 0.0, not_smaller, nearest, floor | u8[1 2] 1 2; _; _; i64[1] 4 | u8[1 4] 1 1 2 2
          """)
  void resize(String attributes, String inputs, String outputs) {
    String[] names = {
      "antialias",
      "axes",
      "coordinateTransformationMode",
      "cubicCoeffA",
      "excludeOutside",
      "extrapolationValue",
      "keepAspectRatioPolicy",
      "mode",
      "nearestMode"
    };
    String[] values = attributes.split(", (?![^\\[]*])");
    StringBuilder op = new StringBuilder("Resize { ");
    for (int i = 0; i < names.length; i++) {
      op.append(i == 0 ? "" : ", ").append(names[i]).append(": ").append(values[i]);
    }
    check(op.append(" }").toString(), inputs, outputs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GridSample { alignCorners: true, mode: linear, paddingMode: zeros } | f32[1 1 1 3] 1 2 4; f32[1 1 3 2] 0 0 0.5 0 2 0 | f32[1 1 1 3] 2 3 0
          GridSample { alignCorners: false, mode: linear, paddingMode: border } | f32[1 1 1 2] 1 3; f32[1 1 3 2] -1 0 0 0 9 0 | f32[1 1 1 3] 1 2 3
          GridSample { alignCorners: false, mode: nearest, paddingMode: reflection } | f32[1 1 1 2] 1 3; f32[1 1 2 2] 1.5 0 -2.5 0 | f32[1 1 1 2] 3 3
          GridSample { alignCorners: true, mode: cubic, paddingMode: border } | f32[1 1 1 2] 1 3; f32[1 1 1 2] 9 0 | f32[1 1 1 1] 3
          AffineGrid { alignCorners: true } | f32[1 2 3] 0 1 0 1 0 5; i64[4] 1 1 1 2 | f32[1 1 2 2] 0 4 0 6
          AffineGrid { alignCorners: false } | f32[1 2 3] 1 0 0 0 1 0; i64[4] 1 1 1 2 | f32[1 1 2 2] -0.5 0 0.5 0
          RoiAlign { coordinateTransformationMode: output_half_pixel, mode: avg, outputHeight: 1, outputWidth: 2, samplingRatio: 1, spatialScale: 1.0 } | f32[1 1 1 4] 0 1 2 3; f32[1 4] 0 0 2 1; i64[1] 0 | f32[1 1 1 2] 0.5 1.5
          MaxRoiPool { pooledShape: [1, 2], spatialScale: 1.0 } | f32[2 1 1 4] 0 0 0 0 0 1 2 3; f32[1 5] 1 0 0 3 0 | f32[1 1 1 2] 1 3
          NonMaxSuppression { centerPointBox: false } | f32[1 3 4] 0 0 1 1 0 0 1 0.9 2 2 3 3; f32[1 1 3] 0.5 0.9 0.1; i64[] 9; f32[] 0.5; f32[] 0.2 | i64[1 3] 0 0 1
          NonMaxSuppression { centerPointBox: true } | f32[1 2 4] 0 0 2 2 1 0 2 2; f32[1 1 2] 1 1; i64[] 9; f32[] 0.3 | i64[1 3] 0 0 0
          NonMaxSuppression { centerPointBox: true } | f32[1 1 4] 0 0 2 2; f32[1 1 1] 1 | i64[0 3]
          """)
  void sampling(String op, String inputs, String outputs) {
    check(op, inputs, outputs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Attention { isCausal: true, kvNumHeads: 1, leftWindowSize: -1, qNumHeads: 2, qkMatmulOutputMode: 3, rightWindowSize: -1, scale: 0.0, softcap: 0.0, softmaxPrecision: null } | f32[1 2 2] 0 0 0 0; f32[1 2 1] 0 0; f32[1 2 1] 2 4 | f32[1 2 2] 2 2 3 3; f32[1 1 2 1] 0 0; f32[1 1 2 1] 2 4; f32[1 2 2 2] 1 0 0.5 0.5 1 0 0.5 0.5
          Attention { isCausal: false, kvNumHeads: 0, leftWindowSize: -1, qNumHeads: 0, qkMatmulOutputMode: 0, rightWindowSize: -1, scale: 2.0, softcap: 0.0, softmaxPrecision: null } | f32[1 1 1 1] 3; f32[1 1 1 1] 5; f32[1 1 1 1] 7; bool[1 2] 1 0; f32[1 1 1 1] 1; f32[1 1 1 1] 9 | f32[1 1 1 1] 9; f32[1 1 2 1] 1 5; f32[1 1 2 1] 9 7; f32[1 1 1 2] 6 30
          Attention { isCausal: false, kvNumHeads: 0, leftWindowSize: 0, qNumHeads: 0, qkMatmulOutputMode: 0, rightWindowSize: 0, scale: 0.0, softcap: 0.0, softmaxPrecision: null } | f32[1 1 2 1] 0 0; f32[1 1 2 1] 0 0; f32[1 1 2 1] 2 4; bool[2 2] 0 1 1 1 | f32[1 1 2 1] 0 4
          RotaryEmbedding { interleaved: false, numHeads: 1, rotaryEmbeddingDim: 2 } | f32[1 1 3] 1 2 3; f32[1 1 1] 0; f32[1 1 1] 1 | f32[1 1 3] -2 1 3
          RotaryEmbedding { interleaved: true, numHeads: 0, rotaryEmbeddingDim: 0 } | f32[1 1 1 4] 1 2 3 4; f32[2 2] 9 9 0 1; f32[2 2] 9 9 1 0; i64[1 1] 1 | f32[1 1 1 4] -2 1 3 4
          RNN { activationAlpha: [2.0], activationBeta: [1.0], activations: ["Affine"], clip: 0.0, direction: reverse, hiddenSize: 0, layout: 0 } | f32[2 1 1] 1 2; f32[1 1 1] 1; f32[1 1 1] 1; f32[1 2] 0 0; i32[1] 2; f32[1 1 1] 1 | f32[2 1 1 1] 17 7; f32[1 1 1] 17
          RNN { activationAlpha: [], activationBeta: [], activations: ["Relu", "Relu"], clip: 0.0, direction: bidirectional, hiddenSize: 1, layout: 1 } | f32[1 2 1] 1 2; f32[2 1 1] 1 10; f32[2 1 1] 1 1; _; i32[1] 1 | f32[1 2 2 1] 1 10 0 0; f32[1 2 1] 1 10
          GRU { activationAlpha: [], activationBeta: [], activations: ["Relu", "Relu"], clip: 1.0, direction: forward, hiddenSize: 0, layout: 0, linearBeforeReset: false } | f32[1 1 1] 1; f32[1 3 1] 0.5 0.25 0.5; f32[1 3 1] 0 0 1; _; _; f32[1 1 1] 2 | f32[1 1 1 1] 1.5
          LSTM { activationAlpha: [], activationBeta: [], activations: ["Relu", "Relu", "Relu"], clip: 0.0, direction: forward, hiddenSize: 0, inputForget: false, layout: 0 } | f32[1 1 1] 1; f32[1 4 1] 1 2 3 4; f32[1 4 1] 0 0 0 0; _; _; _; f32[1 1 1] 1; f32[1 3] 1 1 0 | f32[1 1 1 1] 143; f32[1 1 1] 143; f32[1 1 1] 11
          DFT { inverse: false, onesided: true } | f32[1 4 1] 1 0 0 0; i64[] 2 | f32[1 2 2] 1 0 1 0
          DFT { inverse: true, onesided: true } | f32[1 2 2] 2 0 0 0; i64[] 2 | f32[1 2 1] 1 1
          STFT { onesided: true } | f32[1 3 1] 1 2 3; i64[] 2; _; i64[] 1 | f32[1 2 1 2] 1 0 3 0
          HannWindow { outputDatatype: f32, periodic: false } | i64[] 3 | f32[3] 0 1 0
          HammingWindow { outputDatatype: f32, periodic: true } | i64[] 2 | f32[2] 0.08695652 1
          """)
  void sequences(String op, String inputs, String outputs) {
    check(op, inputs, outputs);
  }

  private static void check(String op, String inputs, String outputs) {
    new SmallCase(op, inputs, outputs).check();
  }
}
