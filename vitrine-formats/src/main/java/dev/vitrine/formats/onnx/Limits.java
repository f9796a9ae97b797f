package dev.vitrine.formats.onnx;

import static dev.vitrine.graph.DType.BF16;
import static dev.vitrine.graph.DType.BOOL;
import static dev.vitrine.graph.DType.F16;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Attention;
import dev.vitrine.graph.op.BitShift;
import dev.vitrine.graph.op.Celu;
import dev.vitrine.graph.op.Clip;
import dev.vitrine.graph.op.DequantizeLinear;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Dropout;
import dev.vitrine.graph.op.IsInf;
import dev.vitrine.graph.op.Max;
import dev.vitrine.graph.op.MaxPool;
import dev.vitrine.graph.op.Min;
import dev.vitrine.graph.op.Mod;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Pow;
import dev.vitrine.graph.op.QLinearMatMul;
import dev.vitrine.graph.op.QuantizeLinear;
import dev.vitrine.graph.op.Range;
import dev.vitrine.graph.op.ReduceMax;
import dev.vitrine.graph.op.ReduceMin;
import dev.vitrine.graph.op.Relu;
import dev.vitrine.graph.op.Sub;
import java.util.stream.Stream;

/** Which opsets don't take a node though they have its operation: for element types and inputs. */
final class Limits {
  private Limits() {}

  /** The first opset that takes the node, as far as its inputs decide that. */
  static int firstOpset(Node n) {
    DType t = dtype(n.input(0));
    int first =
        Stream.concat(n.inputs().stream(), n.outputs().stream())
            .map(Limits::dtype)
            .mapToInt(Limits::firstOpset)
            .max()
            .orElse(1);
    if (t == null) {
      return first;
    }
    boolean integer = t.isInteger();
    return Math.max(
        first,
        switch (n.op()) {
          case Add _, Sub _, Mul _, Div _ when integer && t.bytes() < 4 -> 14;
          case Attention _ when n.input(6) != null -> 24;
          case BitShift _ when !t.isUnsigned() -> 28;
          case Celu _ when t == F16 || t == BF16 -> 28;
          case Clip _, Max _, Min _ when integer -> 12;
          case Dropout _ when n.outputs().size() > 1 -> 12;
          case IsInf _ when t.bytes() == 2 -> 20;
          case MaxPool _ when integer -> 12;
          case Mod m when t.isFloat() && !m.fmod() -> 28;
          case Pow _ when integer || (dtype(n.input(1)) != null && dtype(n.input(1)) != t) -> 12;
          case QLinearMatMul _ when dtype(n.input(1)) != DType.F32 -> 21;
          case QuantizeLinear _ when n.output().dtype() != null && wide(n.output().dtype()) -> 21;
          case DequantizeLinear _ when wide(t) -> 21;
          case Range _ when t == F16 || t == BF16 -> 27;
          case ReduceMax _, ReduceMin _ when t == BOOL -> 20;
          case Relu _ when integer -> 14;
          default -> 1;
        });
  }

  private static boolean wide(DType t) {
    return t == DType.I16 || t == DType.U16;
  }

  /** The first opset that has an element type. */
  private static int firstOpset(DType t) {
    return switch (t) {
      case BF16 -> 13;
      case F8E4M3FN, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ -> 19;
      case I4, U4 -> 21;
      case F4E2M1 -> 23;
      case F8E8M0 -> 24;
      case I2, U2 -> 25;
      case null, default -> 1;
    };
  }

  private static DType dtype(Value v) {
    return v == null ? null : v.dtype();
  }
}
