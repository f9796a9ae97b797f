package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.reading;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.DequantizeLinear;
import dev.vitrine.graph.op.DynamicQuantizeLinear;
import dev.vitrine.graph.op.Gemm;
import dev.vitrine.graph.op.LeakyRelu;
import dev.vitrine.graph.op.MatMulInteger;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.QuantizeLinear;
import dev.vitrine.graph.op.Sigmoid;
import dev.vitrine.graph.op.Softmax;
import java.util.List;

/**
 * What ONNX Runtime's quantization tools write for operations on codes, read as QuantizeLinear of
 * what is computed on DequantizeLinear.
 */
final class ContribQuantizedRows {
  private static final String MS = "com.microsoft";

  static final List<Row> ROWS =
      List.of(
          reading(MS, "DynamicQuantizeMatMul", 1, ContribQuantizedRows::dynamicProduct),
          reading(MS, "MatMulIntegerToFloat", 1, ContribQuantizedRows::integerProduct),
          reading(MS, "QGemm", 1, ContribQuantizedRows::gemm),
          reading(MS, "QLinearAdd", 1, n -> binary(n, new Add())),
          reading(MS, "QLinearConcat", 1, ContribQuantizedRows::concat),
          reading(MS, "QLinearLeakyRelu", 1, n -> unary(n, new LeakyRelu(n.real("alpha", 0.01f)))),
          reading(MS, "QLinearMul", 1, n -> binary(n, new Mul())),
          reading(MS, "QLinearSigmoid", 1, n -> unary(n, new Sigmoid())),
          reading(MS, "QLinearSoftmax", 1, ContribQuantizedRows::softmax));

  private ContribQuantizedRows() {}

  /** Inputs {@code i} to {@code i + 2}, the codes, their scale and zero point, as numbers. */
  private static Value numbers(ImportedNode n, int i, int axis) {
    return n.add(new DequantizeLinear(axis, 0, null), n.need(i), n.need(i + 1), n.input(i + 2));
  }

  /** The codes of y; their scale and zero point are inputs {@code i} and {@code i + 1}. */
  private static void give(ImportedNode n, Value y, int i) {
    n.give(new QuantizeLinear(1, 0, null, null, true), y, n.need(i), n.input(i + 1));
  }

  private static void unary(ImportedNode n, Op op) {
    give(n, n.add(op, numbers(n, 0, 1)), 3);
  }

  private static void binary(ImportedNode n, Op op) {
    give(n, n.add(op, numbers(n, 0, 1), numbers(n, 3, 1)), 6);
  }

  private static void softmax(ImportedNode n) {
    if (n.integer("opset", 13) < 13) {
      throw n.unsupported("the softmax of opsets before 13");
    }
    unary(n, new Softmax(n.integer("axis", -1)));
  }

  private static void concat(ImportedNode n) {
    Value[] parts = new Value[(n.size() - 2) / 3];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = numbers(n, 2 + 3 * i, 1);
    }
    give(n, n.add(new Concat(n.integer("axis", 0)), parts), 0);
  }

  /** A bias in whole numbers counts in units of both scales' product; without a scale: floats. */
  private static void gemm(ImportedNode n) {
    boolean transposed = n.flag("transB", false);
    Gemm gemm = new Gemm(n.real("alpha", 1), 1, n.flag("transA", false), transposed);
    Value bias = null;
    if (n.has(6)) {
      Value unit = n.add(new Mul(), n.need(1), n.need(4));
      bias = n.add(new DequantizeLinear(0, 0, null), n.need(6), unit, null);
    }
    Value a = numbers(n, 0, 1);
    Value b = numbers(n, 3, transposed ? 0 : 1);
    if (n.has(7)) {
      give(n, n.add(gemm, a, b, bias), 7);
    } else {
      n.give(gemm, a, b, bias);
    }
  }

  /** Inputs a, b, b's scale and zero point, bias. */
  private static void dynamicProduct(ImportedNode n) {
    List<Value> codes = n.addAll(new DynamicQuantizeLinear(), 3, n.need(0));
    Value scale = n.add(new Mul(), codes.get(1), n.need(2));
    product(n, codes.get(0), n.need(1), codes.get(2), n.input(3), scale, n.input(4));
  }

  /** Inputs a, b, a's scale, b's scale, a's zero point, b's zero point, bias. */
  private static void integerProduct(ImportedNode n) {
    Value scale = n.add(new Mul(), n.need(2), n.need(3));
    product(n, n.need(0), n.need(1), n.input(4), n.input(5), scale, n.input(6));
  }

  private static void product(
      ImportedNode n, Value a, Value b, Value aZero, Value bZero, Value scale, Value bias) {
    Value sums = n.add(new Cast(DType.F32), n.add(new MatMulInteger(), a, b, aZero, bZero));
    if (bias == null) {
      n.give(new Mul(), sums, scale);
    } else {
      n.give(new Add(), n.add(new Mul(), sums, scale), bias);
    }
  }
}
