package dev.vitrine.graph.op;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Corners that ONNX's own cases leave out, worked out by hand. */
final class SmallCasesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Add | i64[2] 9007199254740993 9223372036854775807; i64[] 1 | i64[2] 9007199254740994 -9223372036854775808
          Add | i8[2] 127 -128; i8[2] 1 -1 | i8[2] -128 127
          Add | f32[2 1] 1 2; f32[3] 10 20 30 | f32[2 3] 11 21 31 12 22 32
          Add | f32[0 2]; f32[2] 1 2 | f32[0 2]
          Sub | u8[1] 1; u8[1] 2 | u8[1] 255
          Div | i32[4] 7 -7 7 -7; i32[4] 2 2 -2 -2 | i32[4] 3 -3 -3 3
          Div | u64[1] -1; u64[1] 2 | u64[1] 9223372036854775807
          Div | f32[3] 1 -1 0; f32[] 0 | f32[3] Infinity -Infinity NaN
          Mod { fmod: false } | i64[4] 7 -7 7 -7; i64[4] 3 3 -3 -3 | i64[4] 1 2 -2 -1
          Mod { fmod: true } | i64[4] 7 -7 7 -7; i64[4] 3 3 -3 -3 | i64[4] 1 -1 1 -1
          Mod { fmod: false } | f32[2] 5.5 -5.5; f32[] 3 | f32[2] 2.5 0.5
          Mod { fmod: false } | u64[1] -1; u64[1] 10 | u64[1] 5
          Pow | i64[2] 3 -3; i64[2] 39 3 | i64[2] 4052555153018976267 -27
          Pow | i32[1] 2; f32[1] 0.5 | i32[1] 1
          Pow | f32[1] 2; i64[1] -1 | f32[1] 0.5
          Max | u64[2] -1 1; u64[] 5 | u64[2] -1 5
          Max | f32[2] NaN 1; f32[] 2; f32[] 3 | f32[2] NaN 3
          Min | u64[1] -1; u64[1] 5 | u64[1] 5
          Min | i64[1] 9007199254740993 | i64[1] 9007199254740993
          Sum | i64[1] 9007199254740993; i64[1] 0; i64[1] 1 | i64[1] 9007199254740994
          Mean | f32[1] 1; f32[2] 2 3; f32[1] 6 | f32[2] 3 3.3333333
          And | bool[2] 1 0; bool[] 1 | bool[2] 1 0
          Xor | bool[2] 1 0; bool[] 1 | bool[2] 0 1
          BitwiseXor | u8[1] 255; u8[1] 15 | u8[1] 240
          BitShift { direction: right } | u64[2] -1 -1; u64[2] 1 64 | u64[2] 9223372036854775807 0
          BitShift { direction: left } | u8[2] 129 1; u8[2] 1 9 | u8[2] 2 0
          Equal | i64[2] 9007199254740993 9007199254740992; i64[] 9007199254740993 | bool[2] 1 0
          Equal | f32[3] NaN 0 1; f32[3] NaN -0.0 2 | bool[3] 0 1 0
          Less | u64[1] -1; u64[1] 1 | bool[1] 0
          Less | f32[2] NaN -0.0; f32[2] 1 0 | bool[2] 0 0
          GreaterOrEqual | f32[3] NaN 2 0; f32[] 2 | bool[3] 0 1 0
          Where | bool[2 1] 1 0; f32[] 5; f32[2] 1 2 | f32[2 2] 5 5 1 2
          PRelu | f32[2 2] -1 1 -2 2; f32[2] 0.5 2 | f32[2 2] -0.5 1 -1 2
          """)
  void operandsBroadcast(String op, String inputs, String outputs) {
    new SmallCase(op, inputs, outputs).check();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Abs | i64[2] -9007199254740993 4 | i64[2] 9007199254740993 4
          Abs | f32[2] -0.0 -Infinity | f32[2] 0 Infinity
          Neg | i64[1] 9007199254740993 | i64[1] -9007199254740993
          Sign | f32[4] -2 -0.0 3 NaN | f32[4] -1 -0.0 1 NaN
          Round | f32[5] 0.5 1.5 2.5 -0.5 -1.5 | f32[5] 0 2 2 -0.0 -2
          Floor | f32[2] -0.5 1.5 | f32[2] -1 1
          Ceil | f32[2] -0.5 1.5 | f32[2] -0.0 2
          Erf | f32[5] 0 0.5 -2 4 -Infinity | f32[5] 0 0.5204999 -0.9953223 1 -1
          Gelu { approximate: none } | f32[3] 0 1 -10 | f32[3] 0 0.8413448 -7.619853e-23
          Gelu { approximate: tanh } | f32[2] 0 1 | f32[2] 0 0.841192
          Sigmoid | f32[3] 0 -1000 1000 | f32[3] 0.5 0 1
          Softplus | f32[3] 0 1000 -1000 | f32[3] 0.6931472 1000 0
          Mish | f32[2] 0 1000 | f32[2] 0 1000
          Swish { alpha: 2.0 } | f32[1] 1 | f32[1] 0.8807971
          Asinh | f32[2] -10000000 0.000001 | f32[2] -16.811243 0.000001
          Atanh | f32[1] 0.000001 | f32[1] 0.000001
          Relu | i32[2] -3 3 | i32[2] 0 3
          Relu | f32[2] NaN -1 | f32[2] NaN 0
          Not | bool[2] 0 1 | bool[2] 1 0
          BitwiseNot | u16[1] 1 | u16[1] 65534
          IsNaN | f32[2] NaN 1 | bool[2] 1 0
          IsInf { detectNegative: true, detectPositive: false } | f32[3] Infinity -Infinity NaN | bool[3] 0 1 0
          Clip | f32[3] -5 0.5 5; _; f32[] 1 | f32[3] -5 0.5 1
          Clip | i64[2] 9007199254740993 -1; i64[] 0 | i64[2] 9007199254740993 0
          Clip | f32[1] 5; f32[] 3; f32[] 2 | f32[1] 2
          Cast { to: i64, saturate: true, roundMode: up } | f32[3] -1.9 1.9 0 | i64[3] -1 1 0
          Cast { to: bool, saturate: true, roundMode: up } | f32[3] 0.5 0 -0.0 | bool[3] 1 0 0
          Cast { to: u8, saturate: true, roundMode: up } | i64[2] 257 -1 | u8[2] 1 255
          Cast { to: f16, saturate: true, roundMode: up } | f32[2] 65520 2049 | f16[2] Infinity 2048
          Cast { to: f32, saturate: true, roundMode: up } | u64[1] -1 | f32[1] 18446744073709551616
          Cast { to: f32, saturate: true, roundMode: up } | i64[1] 9007199791611905 | f32[1] 9007200328482816
          CastLike { saturate: true, roundMode: up } | f32[1] 2.7; i32[1] 0 | i32[1] 2
          CastLike { saturate: false, roundMode: up } | f32[1] 1e9; f8e5m2[1] 0 | f8e5m2[1] Infinity
          Cast { to: f8e8m0, saturate: true, roundMode: up } | f32[5] 0 1.1 2 1e39 3 | f8e8m0[5] 5.877472e-39 2 2 1.7014118e38 4
          Cast { to: f8e8m0, saturate: true, roundMode: down } | f32[3] 1.1 2 3.9 | f8e8m0[3] 1 2 2
          Cast { to: f8e8m0, saturate: true, roundMode: nearest } | f32[3] 1.4 1.5 2.9 | f8e8m0[3] 1 2 2
          Cast { to: f8e8m0, saturate: false, roundMode: nearest } | f32[4] 0 -1 Infinity 1 | f8e8m0[4] NaN NaN NaN 1
          Cast { to: i4, saturate: true, roundMode: up } | i32[4] -9 -8 7 8 | i4[4] 7 -8 7 -8
          Cast { to: u2, saturate: true, roundMode: up } | f32[3] 3.7 4 -1 | u2[3] 3 0 3
          BitCast { to: i32 } | f32[1] 1 | i32[1] 1065353216
          """)
  void elementsAreMapped(String op, String inputs, String outputs) {
    new SmallCase(op, inputs, outputs).check();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ReduceSum { keepdims: false, noopWithEmptyAxes: false } | i64[2] 9007199254740993 1 | i64[] 9007199254740994
          ReduceSum { keepdims: true, noopWithEmptyAxes: true } | f32[2] 1 2; i64[0] | f32[2] 1 2
          ReduceSum { keepdims: true, noopWithEmptyAxes: false } | f32[2] 1 2; i64[0] | f32[1] 3
          ReduceSum { keepdims: false, noopWithEmptyAxes: false } | f32[2 3 2] 1 2 3 4 5 6 7 8 9 10 11 12; i64[2] -1 0 | f32[3] 18 26 34
          ReduceSum { keepdims: false, noopWithEmptyAxes: false } | f32[0 2]; i64[1] 0 | f32[2] 0 0
          ReduceMax { keepdims: false, noopWithEmptyAxes: false } | i32[0 1]; i64[1] 0 | i32[1] -2147483648
          ReduceMax { keepdims: false, noopWithEmptyAxes: false } | u64[2] 1 -1 | u64[] -1
          ReduceMax { keepdims: false, noopWithEmptyAxes: false } | bool[2] 0 1 | bool[] 1
          ReduceMin { keepdims: false, noopWithEmptyAxes: false } | u8[0 1]; i64[1] 0 | u8[1] 255
          ReduceMin { keepdims: false, noopWithEmptyAxes: false } | f32[2] 1 NaN | f32[] NaN
          ReduceProd { keepdims: false, noopWithEmptyAxes: false } | i64[3] 3 9007199254740993 -1 | i64[] -27021597764222979
          ReduceLogSumExp { keepdims: false, noopWithEmptyAxes: false } | f32[2] 1000 1000 | f32[] 1000.6932
          ReduceL2 { keepdims: false, noopWithEmptyAxes: false } | f32[2] 3 4 | f32[] 5
          ArgMax { axis: -1, keepdims: false, selectLastIndex: false } | f32[2 3] 1 3 3 NaN 1 2 | i64[2] 1 0
          ArgMax { axis: 1, keepdims: true, selectLastIndex: true } | f32[1 3] 1 3 3 | i64[1 1] 2
          ArgMin { axis: 0, keepdims: false, selectLastIndex: false } | i64[3] 9007199254740993 9007199254740992 9007199254740994 | i64[] 1
          Softmax { axis: 0 } | f32[2 2] 1000 0 1000 0 | f32[2 2] 0.5 0.5 0.5 0.5
          LogSoftmax { axis: -1 } | f32[2] 1000 1000 | f32[2] -0.6931472 -0.6931472
          Hardmax { axis: -1 } | f32[3] 1 3 3 | f32[3] 0 1 0
          Softmax { axis: 1 } | f32[2 0] | f32[2 0]
          CumSum { exclusive: true, reverse: true } | i64[3] 1 2 9007199254740993; i64[] 0 | i64[3] 9007199254740995 9007199254740993 0
          CumProd { exclusive: false, reverse: false } | f32[2 2] 1 2 3 4; i64[] 1 | f32[2 2] 1 2 3 12
          TopK { axis: -1, largest: true, sorted: true } | f32[4] 1 3 3 2; i64[1] 3 | f32[3] 3 3 2; i64[3] 1 2 3
          TopK { axis: 0, largest: false, sorted: true } | i64[3 1] 3 1 2; i64[1] 2 | i64[2 1] 1 2; i64[2 1] 1 2
          Det | f32[1 2 2] 0 1 1 0 | f32[1] -1
          Det | f32[0 0] | f32[] 1
          Unique { axis: 0, sorted: false } | i64[4] 7 5 7 5 | i64[2] 7 5; i64[2] 0 1; i64[4] 0 1 0 1; i64[2] 2 2
          Unique { axis: 1, sorted: true } | f32[2 3] 2 1 2 0 1 0 | f32[2 2] 1 2 1 0; i64[2] 1 0; i64[3] 1 0 1; i64[2] 1 2
          NonZero | f32[2 2] 0 1 -1 0 | i64[2 2] 0 1 1 0
          NonZero | bool[] 1 | i64[1 1] 0
          """)
  void axesAreReduced(String op, String inputs, String outputs) {
    new SmallCase(op, inputs, outputs).check();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Shape { start: -1, end: null } | f32[2 3] 0 0 0 0 0 0 | i64[1] 3
          Shape { start: 1, end: -5 } | f32[2 1] 0 0 | i64[0]
          Size | f32[2 1] 0 0 | i64[] 2
          Reshape { allowzero: false } | f32[2 2] 1 2 3 4; i64[3] 0 -1 1 | f32[2 2 1] 1 2 3 4
          Reshape { allowzero: true } | f32[0 3]; i64[2] 3 0 | f32[3 0]
          Reshape { allowzero: false } | f32[1] 5; i64[0] | f32[] 5
          Flatten { axis: 0 } | f32[2 1] 1 2 | f32[1 2] 1 2
          Flatten { axis: -1 } | f32[2 1 2] 1 2 3 4 | f32[2 2] 1 2 3 4
          Squeeze | f32[1 2 1] 1 2 | f32[2] 1 2
          Squeeze | f32[1 2 1] 1 2; i64[1] -1 | f32[1 2] 1 2
          Unsqueeze | f32[2] 1 2; i64[2] -1 0 | f32[1 2 1] 1 2
          Transpose { perm: [] } | f32[2 3] 1 2 3 4 5 6 | f32[3 2] 1 4 2 5 3 6
          Transpose { perm: [1, 2, 0] } | i8[2 1 2] 1 2 3 4 | i8[1 2 2] 1 3 2 4
          Concat { axis: -1 } | f32[2 1] 1 2; f32[2 2] 3 4 5 6 | f32[2 3] 1 3 4 2 5 6
          Concat { axis: 0 } | f32[0 2]; f32[1 2] 1 2 | f32[1 2] 1 2
          Split { axis: 0, numOutputs: 0 } | f32[3] 1 2 3 | f32[2] 1 2; f32[1] 3
          Split { axis: 1, numOutputs: 0 } | f32[2 3] 1 2 3 4 5 6; i64[2] 1 2 | f32[2 1] 1 4; f32[2 2] 2 3 5 6
          Slice | f32[4] 1 2 3 4; i64[1] -1; i64[1] -9223372036854775808; _; i64[1] -2 | f32[2] 4 2
          Slice | f32[4] 1 2 3 4; i64[1] -100; i64[1] 100 | f32[4] 1 2 3 4
          Slice | f32[4] 1 2 3 4; i64[1] 3; i64[1] 1 | f32[0]
          Slice | f32[2 2] 1 2 3 4; i64[1] 1; i64[1] 9223372036854775807; i64[1] -1 | f32[2 1] 2 4
          Slice | f32[4] 1 2 3 4; i64[1] 1; i64[1] 9223372036854775807; i64[1] 0; i64[1] 9223372036854775807 | f32[1] 2
          Slice | f32[2] 1 2; i64[0]; i64[0] | f32[2] 1 2
          Gather { axis: 1 } | f32[2 2] 1 2 3 4; i64[1 2] -1 0 | f32[2 1 2] 2 1 4 3
          Gather { axis: 0 } | f32[2 2] 1 2 3 4; i32[] 1 | f32[2] 3 4
          GatherElements { axis: 1 } | f32[2 2] 1 2 3 4; i64[2 1] -1 0 | f32[2 1] 2 3
          GatherND { batchDims: 1 } | f32[2 2] 1 2 3 4; i64[2 1] 1 0 | f32[2] 2 3
          GatherND { batchDims: 0 } | f32[2 2] 1 2 3 4; i64[1 1] -1 | f32[1 2] 3 4
          ScatterElements { axis: 0, reduction: add } | f32[3] 1 1 1; i64[2] 2 2; f32[2] 5 6 | f32[3] 1 1 12
          ScatterElements { axis: 0, reduction: max } | u64[1] -1; i64[1] 0; u64[1] 1 | u64[1] -1
          ScatterND { reduction: none } | f32[2 2] 1 2 3 4; i64[1 1] -2; f32[1 2] 8 9 | f32[2 2] 8 9 3 4
          ScatterND { reduction: mul } | i64[2] 9007199254740993 2; i64[1 1] 0; i64[1] -1 | i64[2] -9007199254740993 2
          Expand | f32[2 1] 1 2; i64[1] 2 | f32[2 2] 1 1 2 2
          Expand | f32[] 3; i64[2] 1 2 | f32[1 2] 3 3
          Tile | f32[1 2] 1 2; i64[2] 2 2 | f32[2 4] 1 2 1 2 1 2 1 2
          Tile | f32[2] 1 2; i64[1] 0 | f32[0]
          Pad { mode: constant } | f32[2] 1 2; i64[2] 1 -1; f32[] 9 | f32[2] 9 1
          Pad { mode: constant } | f32[1 2] 1 2; i64[2] 1 0; _; i64[1] -1 | f32[1 3] 0 1 2
          Pad { mode: reflect } | f32[3] 1 2 3; i64[2] 4 3 | f32[10] 1 2 3 2 1 2 3 2 1 2
          Pad { mode: edge } | f32[2] 1 2; i64[2] 1 2 | f32[5] 1 1 2 2 2
          Pad { mode: wrap } | f32[3] 1 2 3; i64[2] 1 4 | f32[8] 3 1 2 3 1 2 3 1
          ConstantOfShape { value: i64[1][7] } | i64[1] 2 | i64[2] 7 7
          ConstantOfShape { value: f32[1][0.5] } | i64[0] | f32[] 0.5
          Range | i64[] 9007199254740993; i64[] 9007199254740990; i64[] -2 | i64[2] 9007199254740993 9007199254740991
          Range | f32[] 0; f32[] 1; f32[] 0.4 | f32[3] 0 0.4 0.8
          Range | i32[] 3; i32[] 1; i32[] 1 | i32[0]
          Trilu { upper: true } | f32[2 3] 1 2 3 4 5 6; i64[] 1 | f32[2 3] 0 2 3 0 0 6
          Trilu { upper: false } | f32[1 2 2] 1 2 3 4 | f32[1 2 2] 1 0 3 4
          EyeLike { dtype: i32, k: -1 } | f32[2 3] 0 0 0 0 0 0 | i32[2 3] 0 0 0 1 0 0
          OneHot { axis: 0 } | i64[3] 1 -1 5; i64[] 2; f32[2] 0 9 | f32[2 3] 0 0 0 9 9 0
          Compress { axis: 1 } | f32[2 3] 1 2 3 4 5 6; bool[2] 0 1 | f32[2 1] 2 5
          DepthToSpace { blocksize: 2, mode: crd } | f32[1 4 1 1] 1 2 3 4 | f32[1 1 2 2] 1 2 3 4
          DepthToSpace { blocksize: 2, mode: dcr } | f32[1 8 1 1] 1 2 3 4 5 6 7 8 | f32[1 2 2 2] 1 3 5 7 2 4 6 8
          SpaceToDepth { blocksize: 2, mode: dcr } | f32[1 2 2 2] 1 3 5 7 2 4 6 8 | f32[1 8 1 1] 1 2 3 4 5 6 7 8
          SpaceToDepth { blocksize: 2, mode: crd } | f32[1 2 2 2] 1 3 5 7 2 4 6 8 | f32[1 8 1 1] 1 3 5 7 2 4 6 8
          ReverseSequence { batchAxis: 1, timeAxis: 0 } | f32[3 2] 1 2 3 4 5 6; i64[2] 1 3 | f32[3 2] 1 6 3 4 5 2
          CenterCropPad { axes: [-1] } | f32[1 3] 1 2 3; i64[1] 2 | f32[1 2] 1 2
          CenterCropPad { axes: [] } | f32[2] 1 2; i64[1] 5 | f32[5] 0 1 2 0 0
          Col2Im { dilations: [], pads: [], strides: [] } | f32[1 2 2] 1 2 3 4; i64[1] 3; i64[1] 2 | f32[1 1 3] 1 5 4
          TensorScatter { axis: 1, mode: circular } | f32[1 3] 1 2 3; f32[1 2] 8 9; i64[1] 2 | f32[1 3] 9 2 8
          Dropout | f32[2] 1 2; f32[] 0.5; bool[] 0 | f32[2] 1 2; bool[2] 1 1
          NegativeLogLikelihoodLoss { ignoreIndex: 1, reduction: mean } | f32[3 2] 1 2 3 4 5 6; i64[3] 0 1 0; f32[2] 2 9 | f32[] -3
          SoftmaxCrossEntropyLoss { ignoreIndex: -1, reduction: sum } | f32[1 2] 0 0; i64[1] 1 | f32[] 0.6931472; f32[1 2] -0.6931472 -0.6931472
          """)
  void elementsAreMoved(String op, String inputs, String outputs) {
    new SmallCase(op, inputs, outputs).check();
  }
}
