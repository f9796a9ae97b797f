package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import java.util.List;

/** The product over axes; 1 of nothing. ONNX ReduceProd, opset 18. */
public record ReduceProd(boolean keepdims, boolean noopWithEmptyAxes) implements Reduction {
  @Override
  public double apply(double[] x) {
    double product = 1;
    for (double v : x) {
      product *= v;
    }
    return product;
  }

  @Override
  public long apply(long[] x, DType dtype) {
    long product = 1;
    for (long v : x) {
      product *= v;
    }
    return product;
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    List<Dim> all = in.dims(0);
    boolean whole = in.rank(0) == 1 && !(in.has(1) && in.ints(1).length == 0 && noopWithEmptyAxes);
    return all == null || !whole ? List.of() : Symbols.single(Symbols.product(all));
  }
}
