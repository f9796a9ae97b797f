package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The same elements in another shape. Inputs: x and the sizes, of which one may be −1 (what is
 * left) and, unless {@code allowzero}, 0 keeps x's size on that axis. ONNX Reshape, opset 24.
 */
public record Reshape(boolean allowzero) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0).with(shape(in, in.shape(0), in.sizes(1))));
  }

  private Shape shape(Inputs in, Shape from, List<Dim> target) {
    List<Dim> out = new ArrayList<>(target);
    int free = -1;
    Dim rest = from.product();
    Dim stated = Dim.of(1);
    for (int i = 0; i < out.size(); i++) {
      if (out.get(i).is(-1)) {
        Check.that(free < 0, "shape %s has more than one -1", target);
        free = i;
        continue;
      }
      if (out.get(i).is(0) && !allowzero) {
        out.set(i, from.dim(i));
      }
      stated = stated.times(out.get(i));
    }
    boolean open = !rest.isStatic() || !stated.isStatic();
    Dim left = free < 0 ? null : rest.dividedBy(stated);
    Check.that(
        open || (free < 0 ? rest.equals(stated) : left != null),
        "shape %s can't become %s",
        from,
        target);
    if (free >= 0) {
      out.set(free, left == null ? in.fresh(free) : left);
    }
    return new Shape(out);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    return List.of(in.tensor(0).reshape(infer(in).getFirst().shape()));
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.moved(this, in, 1);
  }
}
