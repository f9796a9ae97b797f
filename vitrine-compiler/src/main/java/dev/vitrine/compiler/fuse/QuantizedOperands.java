package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.DequantizeLinear;
import dev.vitrine.graph.op.QuantizeLinear;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Transpose;
import java.util.List;

/** What products of bytes are made of, read off the DequantizeLinear before each operand. */
final class QuantizedOperands {
  private static final int SHIFT = 128;

  /**
   * @param codes s8[K, N]
   * @param scales f32[N]
   */
  record Matrix(Value like, Tensor codes, Tensor scales) {}

  /** Inputs of {@link QuantizedLinear}. */
  record Rows(Value q, Value scale, Value zero) {}

  private QuantizedOperands() {}

  private static Node dequantized(Value v) {
    boolean is =
        v != null
            && v.producer() != null
            && v.producer().op() instanceof DequantizeLinear(var _, var block, var _)
            && block == 0
            && v.dtype() == DType.F32
            && v.producer().input(1).dtype() == DType.F32;
    return is ? v.producer() : null;
  }

  static boolean isDequantized(Value v) {
    return dequantized(v) != null;
  }

  /**
   * A constant matrix of bytes, by itself or transposed.
   *
   * @param transposed whether to take it the other way round
   * @return null when it is none, or its codes are not −127 to 127 around 0
   */
  static Matrix matrix(Value v, boolean transposed) {
    if (v.producer() != null
        && v.producer().op() instanceof Transpose
        && v.type().isKnown()
        && v.shape().rank() == 2
        && isDequantized(v.producer().input(0))) {
      boolean swaps = !((Transpose) v.producer().op()).perm().equals(List.of(0L, 1L));
      return matrix(v.producer().input(0), transposed ^ swaps);
    }
    Node n = dequantized(v);
    if (n == null
        || n.inputs().stream().anyMatch(i -> i != null && !i.isConstant())
        || n.input(0).shape().rank() != 2
        || n.input(0).shape().size(transposed ? 1 : 0) > QuantizedLinear.DEEPEST) {
      return null;
    }
    Tensor codes = n.input(0).constant();
    Tensor scale = n.input(1).constant();
    Tensor zero = n.input(2) == null ? null : n.input(2).constant();
    int columns = transposed ? 0 : 1;
    long axis = ((DequantizeLinear) n.op()).axis();
    if (scale.count() > 1 && codes.shape().axis(axis) != columns) {
      return null;
    }
    Tensor matrix = signed(codes, zero);
    if (matrix == null) {
      return null;
    }
    return new Matrix(
        n.input(0),
        transposed ? Weights.transposed(matrix, 1, 0) : matrix,
        scales(scale, codes.size(columns)));
  }

  /**
   * Codes around 0.
   *
   * @param zero their zero point; null for 0
   * @return null when they aren't bytes, or not −127 to 127
   */
  static Tensor signed(Tensor codes, Tensor zero) {
    int offset = codes.dtype() == DType.U8 ? SHIFT : 0;
    boolean bytes = codes.dtype() == DType.U8 || codes.dtype() == DType.I8;
    if (!bytes || !Weights.isAll(zero == null ? Tensor.scalar(DType.F32, 0) : zero, offset)) {
      return null;
    }
    Tensor out = Tensor.zeros(DType.I8, codes.shape());
    for (long i = 0; i < codes.count(); i++) {
      long code = codes.integer(i) - offset;
      if (Math.abs(code) > Grade.W8A8.weight()) {
        return null;
      }
      out.set(i, code);
    }
    return out;
  }

  /** A scale for each of n columns. */
  static Tensor scales(Tensor scale, long n) {
    return scale.count() == 1
        ? Weights.filled(DType.F32, n, scale.real(0))
        : scale.reshape(Shape.of(n));
  }

  /**
   * The rows that a dequantized value comes from: one scale for all, or one for each row of a
   * matrix that may be reshaped to more axes.
   *
   * @return null when there are none such
   */
  static Rows rows(Match m, Value v) {
    Node n = dequantized(v);
    if (n == null) {
      boolean reshaped =
          v.producer() != null
              && v.producer().op() instanceof Reshape
              && v.type().isKnown()
              && v.shape().rank() > 0;
      Value from = reshaped ? v.producer().input(0) : null;
      n = reshaped ? dequantized(from) : null;
      if (n == null || !from.shape().dim(-1).equals(v.shape().dim(-1)) || !isByRow(n)) {
        return null;
      }
      return reshaped(m, n, v.shape());
    }
    if (isByRow(n)) {
      return new Rows(n.input(0), n.input(1), n.input(2));
    }
    return n.input(1).shape().count() == 1 ? single(m, n) : null;
  }

  /** Unsigned codes of a matrix with a scale and a zero point for each row. */
  private static boolean isByRow(Node n) {
    Value q = n.input(0);
    return q.dtype() == DType.U8
        && q.shape().rank() == 2
        && n.input(1).shape().rank() == 1
        && q.shape().axis(((DequantizeLinear) n.op()).axis()) == 0
        && !n.input(1).shape().dim(0).is(1)
        && n.input(2) != null;
  }

  private static Rows reshaped(Match m, Node n, Shape to) {
    Shape outer = new Shape(to.dims().subList(0, to.rank() - 1));
    Value q = reshape(m, n.input(0), to);
    Value scale = reshape(m, n.input(1), outer);
    Value zero = reshape(m, n.input(2), outer);
    return q == null || scale == null || zero == null ? null : new Rows(q, scale, zero);
  }

  private static Value reshape(Match m, Value v, Shape to) {
    if (to.dims().stream().filter(d -> !d.isStatic()).count() > 1) {
      return null;
    }
    long[] sizes = to.dims().stream().mapToLong(d -> d.isStatic() ? d.size() : -1).toArray();
    return m.add(new Reshape(false), v, m.ints(sizes));
  }

  /** Signed codes are moved up where they are made. */
  private static Rows single(Match m, Node n) {
    Value q = n.input(0);
    Value scale = scalar(m, n.input(1));
    Value zero = n.input(2);
    if (q.dtype() == DType.U8) {
      Value z = zero == null ? m.constant(Tensor.scalar(DType.U8, 0)) : scalar(m, zero);
      return scale == null || z == null ? null : new Rows(q, scale, z);
    }
    boolean constant = zero == null || zero.isConstant();
    if (q.dtype() != DType.I8
        || scale == null
        || !constant
        || q.producer() == null
        || !(q.producer().op()
            instanceof QuantizeLinear(var axis, var block, var _, var precision, var saturate))) {
      return null;
    }
    long shift = SHIFT + (zero == null ? 0 : zero.constant().integer(0));
    Value z = m.constant(Tensor.scalar(DType.U8, shift));
    Node made = q.producer();
    boolean same =
        made.input(2) == null
            ? zero == null
            : made.input(2).isConstant() && made.input(2).constant().integer(0) == shift - SHIFT;
    if (!same || made.input(1) != n.input(1)) {
      return null;
    }
    QuantizeLinear up = new QuantizeLinear(axis, block, null, precision, saturate);
    return new Rows(m.add(up, made.input(0), made.input(1), z), scale, z);
  }

  /** A value of one element as a scalar. */
  static Value scalar(Match m, Value v) {
    if (v.shape().rank() == 0) {
      return v;
    }
    return v.isConstant()
        ? m.constant(v, v.constant().reshape(Shape.SCALAR))
        : m.add(new Reshape(false), v, m.ints());
  }
}
