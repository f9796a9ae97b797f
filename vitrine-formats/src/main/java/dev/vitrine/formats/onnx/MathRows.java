package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.op;
import static dev.vitrine.formats.onnx.Row.reading;
import static dev.vitrine.formats.onnx.Row.required;
import static dev.vitrine.formats.onnx.Row.with;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Abs;
import dev.vitrine.graph.op.Acos;
import dev.vitrine.graph.op.Acosh;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.And;
import dev.vitrine.graph.op.Asin;
import dev.vitrine.graph.op.Asinh;
import dev.vitrine.graph.op.Atan;
import dev.vitrine.graph.op.Atanh;
import dev.vitrine.graph.op.BitShift;
import dev.vitrine.graph.op.BitwiseAnd;
import dev.vitrine.graph.op.BitwiseNot;
import dev.vitrine.graph.op.BitwiseOr;
import dev.vitrine.graph.op.BitwiseXor;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.CastLike;
import dev.vitrine.graph.op.Ceil;
import dev.vitrine.graph.op.Celu;
import dev.vitrine.graph.op.Clip;
import dev.vitrine.graph.op.Cos;
import dev.vitrine.graph.op.Cosh;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Elu;
import dev.vitrine.graph.op.Equal;
import dev.vitrine.graph.op.Erf;
import dev.vitrine.graph.op.Exp;
import dev.vitrine.graph.op.Floor;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.Greater;
import dev.vitrine.graph.op.GreaterOrEqual;
import dev.vitrine.graph.op.HardSigmoid;
import dev.vitrine.graph.op.HardSwish;
import dev.vitrine.graph.op.Identity;
import dev.vitrine.graph.op.IsInf;
import dev.vitrine.graph.op.IsNaN;
import dev.vitrine.graph.op.LeakyRelu;
import dev.vitrine.graph.op.Less;
import dev.vitrine.graph.op.LessOrEqual;
import dev.vitrine.graph.op.Log;
import dev.vitrine.graph.op.Max;
import dev.vitrine.graph.op.Mean;
import dev.vitrine.graph.op.Min;
import dev.vitrine.graph.op.Mish;
import dev.vitrine.graph.op.Mod;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Neg;
import dev.vitrine.graph.op.Not;
import dev.vitrine.graph.op.Or;
import dev.vitrine.graph.op.PRelu;
import dev.vitrine.graph.op.Pow;
import dev.vitrine.graph.op.Reciprocal;
import dev.vitrine.graph.op.Relu;
import dev.vitrine.graph.op.Round;
import dev.vitrine.graph.op.Selu;
import dev.vitrine.graph.op.Shrink;
import dev.vitrine.graph.op.Sigmoid;
import dev.vitrine.graph.op.Sign;
import dev.vitrine.graph.op.Sin;
import dev.vitrine.graph.op.Sinh;
import dev.vitrine.graph.op.Softplus;
import dev.vitrine.graph.op.Softsign;
import dev.vitrine.graph.op.Sqrt;
import dev.vitrine.graph.op.Sub;
import dev.vitrine.graph.op.Sum;
import dev.vitrine.graph.op.Swish;
import dev.vitrine.graph.op.Tan;
import dev.vitrine.graph.op.Tanh;
import dev.vitrine.graph.op.ThresholdedRelu;
import dev.vitrine.graph.op.Where;
import dev.vitrine.graph.op.Xor;
import java.util.List;

/** Elementwise operations. */
final class MathRows {
  static final List<Row> ROWS =
      List.of(
          op(Abs.class, 6),
          op(Acos.class, 7),
          op(Acosh.class, 9),
          op(Add.class, 7),
          op(And.class, 7),
          op(Asin.class, 7),
          op(Asinh.class, 9),
          op(Atan.class, 7),
          op(Atanh.class, 9),
          op(BitShift.class, 11, required("direction")),
          op(BitwiseAnd.class, 18),
          op(BitwiseNot.class, 18),
          op(BitwiseOr.class, 18),
          op(BitwiseXor.class, 18),
          op(
              Cast.class,
              6,
              required("to"),
              with("saturate", 1).since(19),
              with("round_mode", "up").since(24)),
          op(CastLike.class, 15, with("saturate", 1).since(19), with("round_mode", "up").since(24)),
          op(Ceil.class, 6),
          op(Celu.class, 12, with("alpha", 1f)),
          op(Clip.class, 11),
          reading("Clip", 6, MathRows::clip6),
          op(Cos.class, 7),
          op(Cosh.class, 9),
          op(Div.class, 7),
          op(Elu.class, 6, with("alpha", 1f)),
          op(Equal.class, 7),
          op(Erf.class, 9),
          op(Exp.class, 6),
          op(Floor.class, 6),
          op(Gelu.class, 20, with("approximate", "none")),
          op(Greater.class, 7),
          op(GreaterOrEqual.class, 12),
          op(HardSigmoid.class, 6, with("alpha", 0.2f), with("beta", 0.5f)),
          op(HardSwish.class, 14),
          op(Identity.class, 1),
          op(IsInf.class, 10, with("detect_negative", 1), with("detect_positive", 1)),
          op(IsNaN.class, 9),
          op(LeakyRelu.class, 6, with("alpha", 0.01f)),
          op(Less.class, 7),
          op(LessOrEqual.class, 12),
          op(Log.class, 6),
          op(Max.class, 6),
          op(Mean.class, 6),
          op(Min.class, 6),
          op(Mish.class, 18),
          op(Mod.class, 10, with("fmod", 0)),
          op(Mul.class, 7),
          op(Neg.class, 6),
          op(Not.class, 1),
          op(Or.class, 7),
          op(PRelu.class, 7),
          op(Pow.class, 7),
          op(Reciprocal.class, 6),
          op(Relu.class, 6),
          op(Round.class, 11),
          op(
              Selu.class,
              6,
              with("alpha", 1.67326319217681884765625f),
              with("gamma", 1.05070102214813232421875f)),
          op(Shrink.class, 9, with("bias", 0f), with("lambd", 0.5f)),
          op(Sigmoid.class, 6),
          op(Sign.class, 9),
          op(Sin.class, 7),
          op(Sinh.class, 9),
          op(Softplus.class, 1),
          op(Softsign.class, 1),
          op(Sqrt.class, 6),
          op(Sub.class, 7),
          op(Sum.class, 6),
          op(Swish.class, 24, with("alpha", 1f)),
          op(Tan.class, 7),
          op(Tanh.class, 6),
          op(ThresholdedRelu.class, 10, with("alpha", 1f)),
          op(Where.class, 9),
          op(Xor.class, 7));

  private MathRows() {}

  /** The bounds became inputs in opset 11; those that bound nothing are left out. */
  private static void clip6(ImportedNode n) {
    float min = n.real("min", -Float.MAX_VALUE);
    float max = n.real("max", Float.MAX_VALUE);
    Value x = n.need(0);
    DType dtype = x.type().isKnown() ? x.dtype() : DType.F32;
    Value lower = min == -Float.MAX_VALUE ? null : n.constant("min", Tensor.scalar(dtype, min));
    Value upper = max == Float.MAX_VALUE ? null : n.constant("max", Tensor.scalar(dtype, max));
    n.give(new Clip(), x, lower, upper);
  }
}
