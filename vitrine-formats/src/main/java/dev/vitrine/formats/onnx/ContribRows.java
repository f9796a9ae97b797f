package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.ignored;
import static dev.vitrine.formats.onnx.Row.reading;

import dev.vitrine.graph.Attributes;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Clip;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.Gelu.Approximation;
import dev.vitrine.graph.op.Gemm;
import dev.vitrine.graph.op.HardSigmoid;
import dev.vitrine.graph.op.LayerNormalization;
import dev.vitrine.graph.op.LeakyRelu;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.RMSNormalization;
import dev.vitrine.graph.op.Relu;
import dev.vitrine.graph.op.Sigmoid;
import dev.vitrine.graph.op.Swish;
import dev.vitrine.graph.op.Tanh;
import dev.vitrine.graph.op.Transpose;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What ONNX Runtime's optimiser writes, read as the operations that it was made of. */
final class ContribRows {
  private static final String MS = "com.microsoft";

  private static final List<Row.Attribute> CONV =
      Stream.concat(
              Stream.of(NnRows.CONV),
              Stream.of(ignored("activation"), ignored("activation_params")))
          .toList();

  static final List<Row> ROWS =
      List.of(
          reading(MS, "Attention", 1, ContribAttention::attention),
          reading(MS, "BiasGelu", 1, n -> gelu(n, Approximation.NONE)),
          reading(MS, "FastGelu", 1, n -> gelu(n, Approximation.TANH)),
          reading(MS, "FusedConv", 1, ContribRows::fusedConv),
          reading(MS, "FusedGemm", 1, ContribRows::fusedGemm),
          reading(MS, "FusedMatMul", 1, ContribRows::fusedMatMul),
          reading(MS, "Gelu", 1, n -> gelu(n, Approximation.NONE)),
          reading(MS, "MultiHeadAttention", 1, ContribAttention::multiHeadAttention),
          reading(MS, "QuickGelu", 1, n -> n.give(new Swish(n.real("alpha", 1.702f)))),
          reading(MS, "SkipLayerNormalization", 1, ContribRows::skipLayerNormalization),
          reading(MS, "SkipSimplifiedLayerNormalization", 1, ContribRows::skipSimplified),
          reading("LayerNormalization", 1, ContribRows::layerNormalization),
          reading("SimplifiedLayerNormalization", 1, ContribRows::simplified));

  private ContribRows() {}

  /** Of the first input, with the second added if there is one. */
  private static void gelu(ImportedNode n, Approximation approximation) {
    Value x = n.need(0);
    n.give(new Gelu(approximation), n.has(1) ? n.add(new Add(), x, n.need(1)) : x);
  }

  /** Convolution, plus a fourth input if there is one, then an activation. */
  private static void fusedConv(ImportedNode n) {
    Op conv = Attributes.build(Conv.class, Row.values(n, CONV, Conv.class));
    Value y = n.add(conv, n.need(0), n.need(1), n.input(2));
    activate(n, n.has(3) ? n.add(new Add(), y, n.need(3)) : y, n.reals("activation_params"));
  }

  private static void fusedGemm(ImportedNode n) {
    Gemm gemm =
        new Gemm(
            n.real("alpha", 1),
            n.real("beta", 1),
            n.flag("transA", false),
            n.flag("transB", false));
    float[] parameters = {
      n.real("activation_alpha", Float.NaN), n.real("activation_beta", Float.NaN)
    };
    activate(n, n.add(gemm, n.need(0), n.need(1), n.input(2)), parameters);
  }

  private static void activate(ImportedNode n, Value x, float[] parameters) {
    float a = parameters != null && parameters.length > 0 ? parameters[0] : Float.NaN;
    float b = parameters != null && parameters.length > 1 ? parameters[1] : Float.NaN;
    String name = n.text("activation", "");
    switch (name) {
      case "Relu" -> n.give(new Relu(), x);
      case "Tanh" -> n.give(new Tanh(), x);
      case "Sigmoid" -> n.give(new Sigmoid(), x);
      case "LeakyRelu" -> n.give(new LeakyRelu(Float.isNaN(a) ? 0.01f : a), x);
      case "HardSigmoid" ->
          n.give(new HardSigmoid(Float.isNaN(a) ? 0.2f : a, Float.isNaN(b) ? 0.5f : b), x);
      case "Clip" ->
          n.give(
              new Clip(),
              x,
              n.constant("min", Tensor.scalar(x.dtype(), a)),
              n.constant("max", Tensor.scalar(x.dtype(), b)));
      default -> throw n.unsupported("activation '" + name + "'");
    }
  }

  /**
   * α · a · b, with the last two axes of either swapped first, or the first moved before the last.
   */
  private static void fusedMatMul(ImportedNode n) {
    Value a = turned(n, 0, n.flag("transA", false), n.flag("transBatchA", false));
    Value b = turned(n, 1, n.flag("transB", false), n.flag("transBatchB", false));
    float alpha = n.real("alpha", 1);
    if (alpha == 1) {
      n.give(new MatMul(), a, b);
    } else {
      Value by = n.constant("alpha", Tensor.scalar(a.dtype(), alpha));
      n.give(new Mul(), n.add(new MatMul(), a, b), by);
    }
  }

  private static Value turned(ImportedNode n, int i, boolean rows, boolean batch) {
    if ((!rows && !batch) || n.rank(i) < 2) {
      return n.need(i);
    }
    List<Long> perm = new ArrayList<>(LongStream.range(0, n.rank(i)).boxed().toList());
    if (batch) {
      perm.add(perm.size() - 2, perm.removeFirst());
    }
    if (rows) {
      Collections.swap(perm, perm.size() - 2, perm.size() - 1);
    }
    return n.add(new Transpose(perm), n.need(i));
  }

  /** Inputs x, skip, scale, bias, bias of the sum; the fourth output is the sum. */
  private static void skipLayerNormalization(ImportedNode n) {
    Value sum = sum(n, 4);
    var op = new LayerNormalization(-1, n.real("epsilon", 1e-5f), DType.F32);
    moments(n);
    n.give(0, op, sum, n.need(2), n.input(3));
  }

  /** The same without means: inputs x, skip, scale, bias of the sum. */
  private static void skipSimplified(ImportedNode n) {
    Value sum = sum(n, 3);
    moments(n);
    n.give(0, new RMSNormalization(-1, n.real("epsilon", 1e-5f), DType.F32), sum, n.need(2));
  }

  private static Value sum(ImportedNode n, int bias) {
    Value x = n.need(0);
    if (n.has(bias)) {
      x = n.add(new Add(), x, n.need(bias));
    }
    return n.wants(3) ? n.give(3, new Add(), x, n.need(1)) : n.add(new Add(), x, n.need(1));
  }

  private static void moments(ImportedNode n) {
    if (n.wants(1) || n.wants(2)) {
      throw n.unsupported("giving out mean and deviation");
    }
  }

  /** Written in models of opsets before the one that has it. */
  private static void layerNormalization(ImportedNode n) {
    n.give(new LayerNormalization(n.integer("axis", -1), n.real("epsilon", 1e-5f), DType.F32));
  }

  private static void simplified(ImportedNode n) {
    if (n.wants(1)) {
      throw n.unsupported("giving out the deviation");
    }
    float epsilon = n.real("epsilon", 1e-5f);
    n.give(new RMSNormalization(n.integer("axis", -1), epsilon, DType.F32));
  }
}
