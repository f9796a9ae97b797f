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
    List<Dim> target = in.elements(1) == null ? in.sizes(1) : in.elements(1);
    return List.of(in.type(0).with(shape(in, in.shape(0), target)));
  }

  /** At most one size is left open, by −1 or because it isn't known, for the others to tell. */
  private Shape shape(Inputs in, Shape from, List<Dim> target) {
    List<Dim> out = new ArrayList<>(target);
    List<Integer> open = new ArrayList<>();
    boolean free = false;
    Dim stated = Dim.of(1);
    for (int i = 0; i < out.size(); i++) {
      Dim d = out.get(i);
      if (d != null && d.is(-1)) {
        Check.that(!free, "shape %s has more than one -1", target);
        free = true;
      } else if (d != null && d.is(0) && !allowzero) {
        out.set(i, from.dim(i));
      }
      if (d == null || (!d.isNatural() && (d.is(-1) || !d.isStatic()))) {
        open.add(i);
      } else {
        stated = stated.times(out.get(i));
      }
    }
    Dim all = from.product();
    Dim left = open.size() == 1 ? all.dividedBy(stated) : null;
    boolean possible = open.isEmpty() ? all.equals(stated) : left != null || open.size() > 1;
    boolean certain = all.isStatic() && stated.isStatic();
    Check.that(possible || !certain, "shape %s can't become %s", from, target);
    open.forEach(i -> out.set(i, left == null ? in.fresh(i) : left));
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
